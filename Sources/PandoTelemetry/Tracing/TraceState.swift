/// The members of the header `tracestate`: at most 32, each a key and a value (W3C Trace Context, section 3.3).
public struct TraceState: Sendable, Hashable, CustomStringConvertible {
    /// A key and its value.
    public struct Member: Sendable, Hashable {
        /// The tracing system.
        public let key: String
        /// What it wrote.
        public let value: String
    }

    /// How many members a header may have.
    public static let maximumMembers = 32
    /// How many characters are passed on; longer states lose members as section 3.3.1.5 says.
    public static let maximumLength = 512

    /// The members, newest first.
    public private(set) var members: [Member] = []

    /// A state without members.
    public init() {}

    /// Reads the values of the header, which count as one list in their order.
    ///
    /// - Returns: nil if any member is malformed, a key appears twice, or there are more than 32. Empty members are
    ///   allowed and left out.
    public init?(headers: [String]) {
        var keys: Set<String> = []
        for header in headers {
            for part in header.split(separator: ",") {
                let text = part.trimmingOptionalWhitespace
                if text.isEmpty { continue }
                guard let member = Member(text), keys.insert(member.key).inserted, members.count < Self.maximumMembers
                else { return nil }
                members.append(member)
            }
        }
    }

    /// Whether there is nothing to pass on.
    public var isEmpty: Bool { members.isEmpty }

    /// The header's value, at most ``maximumLength`` characters: members over 128 characters go first, then the oldest.
    public var description: String {
        var parts = members.map { "\($0.key)=\($0.value)" }
        func length() -> Int { parts.reduce(0) { $0 + $1.utf8.count } + max(0, parts.count - 1) }
        while length() > Self.maximumLength, let index = parts.lastIndex(where: { $0.utf8.count > 128 }) {
            parts.remove(at: index)
        }
        while length() > Self.maximumLength { parts.removeLast() }
        return parts.joined(separator: ",")
    }
}

extension TraceState.Member {
    init?(_ text: Substring) {
        guard let separator = text.firstIndex(of: "=") else { return nil }
        let key = text[..<separator]
        let value = text[text.index(after: separator)...]
        guard Self.isValid(key: key), Self.isValid(value: value) else { return nil }
        self.key = String(key)
        self.value = String(value)
    }

    /// `key = lcalpha 0*255( lcalpha / DIGIT / "_" / "-" / "*" / "/" )`, or a tenant and a system with `@` between
    /// (section 3.3.1.3.1).
    private static func isValid(key: Substring) -> Bool {
        let parts = key.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isWord(parts[0], maximum: 256, digitFirst: false)
        case 2:
            return isWord(parts[0], maximum: 241, digitFirst: true) && isWord(parts[1], maximum: 14, digitFirst: false)
        case _: return false
        }
    }

    private static func isWord(_ word: Substring.UTF8View, maximum: Int, digitFirst: Bool) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        guard let first = word.first, word.count <= maximum, isLetter(first) || (digitFirst && isDigit(first)) else {
            return false
        }
        return word.allSatisfy { isLetter($0) || isDigit($0) || "_-*/".utf8.contains($0) }
    }

    /// Up to 256 printable characters without comma and equals sign, the last one no space (section 3.3.1.3.2).
    private static func isValid(value: Substring) -> Bool {
        guard let last = value.utf8.last, last != 0x20, value.utf8.count <= 256 else { return false }
        return value.utf8.allSatisfy {
            $0 >= 0x20 && $0 <= 0x7E && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
        }
    }
}

extension Substring {
    /// Without the spaces and tabs at both ends: OWS of RFC 9110, section 5.6.3.
    fileprivate var trimmingOptionalWhitespace: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
