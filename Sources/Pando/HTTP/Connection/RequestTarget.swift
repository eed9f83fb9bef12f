/// Decides which request targets are understood in exactly one way, before anything routes by them.
///
/// A path is refused, never mended, when it has an invalid escape, an encoded NUL, a dot segment (plain or encoded, also
/// behind an encoded slash) or escapes that are not UTF-8: such paths mean different things to a proxy, a router and a
/// file system.
enum RequestTarget: Equatable {
    /// A path with an optional query, ready for the router.
    case origin(String)
    /// `OPTIONS *`.
    case asterisk
    /// Origin form taken from an absolute form, with the authority that it named.
    case absolute(authority: String, target: String)
    /// Not a target of RFC 9112, section 3.2, or a path that is refused.
    case invalid

    /// Reads the target of a request line.
    init(_ text: String) {
        var text = text
        self = text.withUTF8 { bytes in
            guard let first = bytes.first, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
            else {
                return .invalid
            }
            if first == UInt8(ascii: "/") {
                return Self.hasValidPath(bytes[...]) ? .origin("") : .invalid
            }
            if bytes.count == 1, first == UInt8(ascii: "*") { return .asterisk }
            return Self.absolute(bytes)
        }
        // The common case keeps the string that it came with.
        if case .origin = self { self = .origin(text) }
    }

    private static func absolute(_ bytes: UnsafeBufferPointer<UInt8>) -> RequestTarget {
        let lowered = bytes.prefix(8).map { $0 | ($0 >= 0x41 && $0 <= 0x5A ? 0x20 : 0) }
        let schemeLength: Int
        if lowered.starts(with: Array("http://".utf8)) {
            schemeLength = 7
        } else if lowered.starts(with: Array("https://".utf8)) {
            schemeLength = 8
        } else {
            return .invalid
        }
        let rest = bytes[schemeLength...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let authority = rest[..<end]
        guard isAuthority(authority) else { return .invalid }
        let target = rest[end...]
        guard target.isEmpty || target.first == UInt8(ascii: "?") || hasValidPath(target) else { return .invalid }
        let path = String(decoding: target, as: UTF8.self)
        return .absolute(
            authority: String(decoding: authority, as: UTF8.self),
            target: path.utf8.first == UInt8(ascii: "/") ? path : "/" + path
        )
    }

    /// Whether bytes are a host with an optional port: no user information, no empty host (RFC 9112, section 3.2.1).
    static func isAuthority(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, first != UInt8(ascii: ":") else { return false }
        var inBrackets = false
        var colons = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "["): inBrackets = true
            case UInt8(ascii: "]"): inBrackets = false
            case UInt8(ascii: ":"): if !inBrackets { colons += 1 }
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                break
            default: return false
            }
        }
        return !inBrackets && colons <= 1
    }

    private static func hasValidPath(_ target: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        let path = target[..<end]
        var needsDecoding = false
        var previous: UInt8 = 0
        for byte in path {
            if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") { needsDecoding = true }
            if byte == UInt8(ascii: "."), previous == UInt8(ascii: "/") { needsDecoding = true }
            previous = byte
        }
        if !needsDecoding { return true }
        guard let decoded = percentDecoded(path), !decoded.contains(0) else { return false }
        guard String(validating: decoded, as: UTF8.self) != nil else { return false }
        return !decoded.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
            .contains { $0.allSatisfy { $0 == UInt8(ascii: ".") } && $0.count <= 2 }
    }

    /// The bytes with every `%XX` replaced, or nil if an escape is broken.
    static func percentDecoded(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var decoded = [UInt8]()
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                return nil
            }
            decoded.append(high << 4 | low)
        }
        return decoded
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
