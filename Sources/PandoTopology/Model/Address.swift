/// A host and a port: `127.0.0.1:8080`, `[::1]:8080`, `hotel.example:443`.
public struct Address: Sendable, Hashable, CustomStringConvertible {
    /// A host name, an IPv4 address, or an IPv6 address without its brackets.
    public var host: String
    /// 0 to 65,535; 0 lets the system choose.
    public var port: Int

    /// Creates an address from its parts.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, with an IPv6 address in brackets (RFC 3986, section 3.2.2).
    ///
    /// - Returns: nil where the text has no such form; ``problem(with:)`` says why.
    public init?(_ text: String) {
        guard Address.problem(with: text) == nil, let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        if host.first == "[" { host = host.dropFirst().dropLast() }
        guard let port = Int(text[text.index(after: colon)...]) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// What keeps `text` from being an address, in words for a person; nil where it is one.
    public static func problem(with text: String) -> String? {
        // Neither is repeated: a password may be in it.
        if text.contains("://") { return "a URL is no address: host and port alone are wanted" }
        if text.contains("@") { return "a user is no part of an address: host and port alone are wanted" }
        guard let colon = text.lastIndex(of: ":") else { return "'\(text)' has no port" }
        let host = text[..<colon]
        let port = text[text.index(after: colon)...]
        if port.isEmpty { return "'\(text)' has no port after the colon" }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return "'\(port)' is not a port number" }
        guard port.utf8.count <= 5, let number = Int(port), number <= 65_535 else {
            return "port \(port) is above 65535"
        }
        if host.isEmpty { return "'\(text)' has no host before the colon" }
        if host.first == "[" {
            let inner = host.dropFirst().dropLast()
            let isIPv6 = host.last == "]" && inner.contains(":") && inner.utf8.allSatisfy(isIPv6Byte)
            return isIPv6 ? nil : "'\(host)' is not an IPv6 address in brackets"
        }
        if host.contains(":") { return "'\(host)' needs brackets to be an IPv6 address: [\(host)]:\(port)" }
        guard host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else {
            return "'\(host)' is not a host name (letters, digits, '-' and '.')"
        }
        return nil
    }

    static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%") || isHostByte(byte)
    }

    /// `host:port`, as ``init(_:)`` reads it.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Address: Codable {
    /// Decodes `host:port`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = Address(text) else {
            let problem = Address.problem(with: text) ?? "not an address"
            throw DecodingError.dataCorruptedError(in: container, debugDescription: problem)
        }
        self = address
    }

    /// Encodes `host:port`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
