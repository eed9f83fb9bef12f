#if canImport(Glibc)
    import Glibc
#endif

extension ProxyHeader.Endpoint {
    /// The address alone in its usual text; a path for a Unix socket.
    package var address: String {
        switch self {
        case .four(let octets, _): Self.text(octets, AF_INET)
        case .six(let octets, _): Self.text(octets, AF_INET6)
        case .unix(let path): String(decoding: path, as: UTF8.self)
        }
    }

    /// The port; 0 for a Unix socket.
    package var port: UInt16 {
        switch self {
        case .four(_, let port), .six(_, let port): port
        case .unix: 0
        }
    }

    /// An address of version 4 or 6 in its text; nil where it is none.
    package init?(address: String, port: UInt16) {
        if let octets = Self.octets(address, AF_INET, 4) {
            self = .four(octets, port: port)
        } else if let octets = Self.octets(address, AF_INET6, 16) {
            self = .six(octets, port: port)
        } else {
            return nil
        }
    }

    /// The octets of an address of one family.
    static func octets(_ address: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        // A zero would end the text too early.
        guard !address.utf8.contains(0) else { return nil }
        var octets = [UInt8](repeating: 0, count: count)
        let isAddress = octets.withUnsafeMutableBytes { inet_pton(family, address, $0.baseAddress) == 1 }
        return isAddress ? octets : nil
    }

    private static func text(_ octets: [UInt8], _ family: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            let isText = octets.withUnsafeBytes { inet_ntop(family, $0.baseAddress, text.baseAddress!, 64) != nil }
            return isText ? String(cString: text.baseAddress!) : ""
        }
    }
}
