import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// An address of a socket: IPv4, IPv6 or a path.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    private var bytes: [UInt8]

    /// Address family, AF_INET for one.
    var family: sa_family_t { bytes.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) } }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// An address by its text: an IP address in digits, with brackets or without, or an absolute path; nil for anything else.
    ///
    /// - Parameter port: Of no meaning for a path.
    package init?(host: String, port: Int) {
        guard (0...65_535).contains(port) else { return nil }
        if host.hasPrefix("/") {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let path = Array(host.utf8)
            guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
            return
        }
        var four = sockaddr_in()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = in_port_t(port).bigEndian
            self.init(bytes: withUnsafeBytes(of: four) { Array($0) })
            return
        }
        var six = sockaddr_in6()
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard inet_pton(AF_INET6, name, &six.sin6_addr) == 1 else { return nil }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = in_port_t(port).bigEndian
        self.init(bytes: withUnsafeBytes(of: six) { Array($0) })
    }

    /// The first address of a host's name, as the resolver has it; nil where it has none. Blocks.
    package init?(resolving host: String, port: Int) {
        guard let first = Self.all(resolving: host, port: port).first else { return nil }
        self = first
    }

    /// The addresses of a host's name, as the resolver has them. Blocks.
    static func all(resolving host: String, port: Int) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let first = found else { return [] }
        defer { freeaddrinfo(first) }
        return sequence(first: first, next: { $0.pointee.ai_next }).map { entry in
            let (address, count) = (entry.pointee.ai_addr, Int(entry.pointee.ai_addrlen))
            return SocketAddress(bytes: Array(UnsafeRawBufferPointer(start: address, count: count)))
        }
    }

    /// The address in digits; nil for a path.
    package var ipAddress: String? { port == nil ? nil : host }

    /// An address that a call of the system fills in; nil where it fails.
    static func filled(
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Bool
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isFilled = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
        }
        guard isFilled, length >= 2 else { return nil }
        return SocketAddress(bytes: withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }).unmapped
    }

    /// An address of IPv4 in its own form where it has that of IPv6, as at a socket that takes both: so that it is the same in logs,
    /// limits and rules, wherever it comes in.
    private var unmapped: SocketAddress {
        guard Int32(family) == AF_INET6, let octets, octets.high == 0, octets.low >> 32 == 0xFFFF, let port else {
            return self
        }
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = in_port_t(port).bigEndian
        four.sin_addr.s_addr = UInt32(truncatingIfNeeded: octets.low).bigEndian
        return SocketAddress(bytes: withUnsafeBytes(of: four) { Array($0) })
    }

    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        bytes.withUnsafeBytes { buffer in
            // An array is never empty here, so that it has an address.
            let pointer = buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            return body(pointer, socklen_t(buffer.count))
        }
    }

    /// The port; nil for a path.
    package var port: Int? {
        guard bytes.count >= 4, family != sa_family_t(AF_UNIX) else { return nil }
        return Int(bytes[2]) << 8 | Int(bytes[3])
    }

    /// The IP address as 16 octets in network order, IPv4 in its mapped form (RFC 4291 §2.5.5.2); nil for a path.
    var octets: (high: UInt64, low: UInt64)? {
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        switch Int32(family) {
        case AF_INET: return (0, 0xFFFF_0000_0000 | number(4..<8))
        case AF_INET6: return (number(8..<16), number(16..<24))
        default: return nil
        }
    }

    /// The host in digits, or the path.
    package var host: String {
        switch Int32(family) {
        case AF_INET: return bytes[4..<8].map { String($0) }.joined(separator: ".")
        case AF_INET6:
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
                bytes.withUnsafeBytes {
                    _ = inet_ntop(AF_INET6, $0.baseAddress! + 8, text.baseAddress, UInt32(text.count))
                }
                return String(cString: text.baseAddress!)
            }
        default: return String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    package var description: String {
        guard let port else { return host }
        return Int32(family) == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
