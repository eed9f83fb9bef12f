import Logging

/// Builds one JSON object on one line within a bound of bytes.
///
/// The object stays valid whatever is put in: a text that does not fit is cut at a character, a member that has no room
/// is left out, and then the object ends with `"truncated":true`.
struct JSONLine {
    /// Room for `,"truncated":true}` and the line's end.
    private static let reserve = 20
    /// How deep metadata may nest.
    private static let maximumDepth = 4
    /// The least room in which a member is worth beginning.
    private static let minimumMember = 16

    private let limit: Int
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var isTruncated = false
    private var isEmpty = true
    /// Brackets that are still to be closed.
    private var open = 0

    init(limit: Int) {
        self.limit = limit
        bytes.reserveCapacity(min(limit, 512))
    }

    /// Adds a member with a text.
    mutating func add(_ key: String, text: String) {
        add(key) { $0.appendText(text) }
    }

    /// Adds a member with a metadata value.
    mutating func add(_ key: String, _ value: Logger.Metadata.Value) {
        add(key) { $0.append(value, depth: 1) }
    }

    /// The object and the line's end.
    consuming func finish() -> [UInt8] {
        if isTruncated { bytes += Array((isEmpty ? "" : ",").utf8) + Array("\"truncated\":true".utf8) }
        bytes += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
        return bytes
    }

    private var room: Int { limit - Self.reserve - open - bytes.count }

    private mutating func add(_ key: String, _ value: (inout JSONLine) -> Void) {
        guard beginMember(key, isFirst: isEmpty) else { return }
        isEmpty = false
        value(&self)
    }

    /// The comma, the key and the colon; false, and nothing written, without room for them and a value.
    private mutating func beginMember(_ key: String, isFirst: Bool) -> Bool {
        let start = bytes.count
        let wasTruncated = isTruncated
        isTruncated = false
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        appendText(key)
        bytes.append(UInt8(ascii: ":"))
        guard !isTruncated, room >= Self.minimumMember else {
            bytes.removeSubrange(start...)
            isTruncated = true
            return false
        }
        isTruncated = wasTruncated
        return true
    }

    private mutating func append(_ value: Logger.Metadata.Value, depth: Int) {
        switch value {
        case .string(let text): appendText(text)
        case .stringConvertible(let number as any FixedWidthInteger): bytes += Array(String(describing: number).utf8)
        case .stringConvertible(let truth as Bool): bytes += Array((truth ? "true" : "false").utf8)
        case .stringConvertible(let value): appendText(value.description)
        case .dictionary where depth > Self.maximumDepth, .array where depth > Self.maximumDepth:
            appendText(value.description)
        case .dictionary(let members): appendMembers(members, depth: depth)
        case .array(let elements): appendElements(elements, depth: depth)
        }
    }

    private mutating func appendMembers(_ members: Logger.Metadata, depth: Int) {
        bytes.append(UInt8(ascii: "{"))
        open += 1
        var isFirst = true
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            guard beginMember(key, isFirst: isFirst) else { break }
            isFirst = false
            append(value, depth: depth + 1)
        }
        open -= 1
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func appendElements(_ elements: [Logger.Metadata.Value], depth: Int) {
        bytes.append(UInt8(ascii: "["))
        open += 1
        for (index, element) in elements.enumerated() {
            guard room >= Self.minimumMember else {
                isTruncated = true
                break
            }
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(element, depth: depth + 1)
        }
        open -= 1
        bytes.append(UInt8(ascii: "]"))
    }

    /// A string literal (RFC 8259, section 7), cut where the room ends.
    private mutating func appendText(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        // Two bytes for the closing quote and what follows it.
        let end = bytes.count + max(0, room - 2)
        for scalar in text.unicodeScalars {
            let start = bytes.count
            append(scalar)
            if bytes.count > end {
                bytes.removeSubrange(start...)
                isTruncated = true
                break
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes += Array("\\\"".utf8)
        case "\\": bytes += Array("\\\\".utf8)
        case "\n": bytes += Array("\\n".utf8)
        case "\r": bytes += Array("\\r".utf8)
        case "\t": bytes += Array("\\t".utf8)
        // Control characters, and the two line separators that some readers of lines take for the end of one.
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
            bytes += Array("\\u".utf8) + Hex.digits(UInt64(scalar.value)).utf8.suffix(4)
        case _ where scalar.isASCII: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        case _: bytes += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}
