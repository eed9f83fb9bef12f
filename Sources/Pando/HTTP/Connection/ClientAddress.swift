import NIOCore

/// The address of a client: 128 bits, IPv4 in its mapped form (RFC 4291, section 2.5.5.2).
public struct ClientAddress: Sendable, Hashable {
    /// The first 64 bits: the network of an IPv6 client.
    let network: UInt64
    /// The last 64 bits.
    let interface: UInt64

    /// A Unix socket, or no connection at all (a test).
    public static let local = ClientAddress(network: 0, interface: 1)

    init(network: UInt64, interface: UInt64) {
        self.network = network
        self.interface = interface
    }

    /// Reads the text of an IPv4 or IPv6 address without a port; brackets around IPv6 are allowed.
    public init?(_ text: some StringProtocol) {
        var text = String(text)
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }  // nil says it: no address
        self.init(address)
    }

    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let v4):
            // sockaddr_in: family, port, then the address, on Linux and Darwin alike.
            let bits = withUnsafeBytes(of: v4.address) { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
            self.init(network: 0, interface: 0xFFFF << 32 | UInt64(UInt32(bigEndian: bits)))
        case .v6(let v6):
            // sockaddr_in6: family, port, flow information, then the address.
            let (high, low) = withUnsafeBytes(of: v6.address) { bytes in
                (
                    bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                )
            }
            self.init(network: UInt64(bigEndian: high), interface: UInt64(bigEndian: low))
        case .unixDomainSocket, nil:
            self = .local
        }
    }

    /// Whether this is an IPv4 address.
    public var isIPv4: Bool { network == 0 && interface >> 32 == 0xFFFF }

    /// Whether the client is on this machine.
    public var isLoopback: Bool {
        self == .local || (isIPv4 && (interface >> 24) & 0xFF == 127)
    }

    /// What counts as one client: an IPv4 address, or the /64 network that an IPv6 customer gets (RFC 6177), for it may
    /// take any address in there.
    public var clientKey: UInt64 { isIPv4 || network == 0 ? interface : network }
}

extension ClientAddress: CustomStringConvertible {
    /// The address as text; IPv4 in dotted form.
    public var description: String {
        if isIPv4 { return (0..<4).map { String((interface >> (24 - 8 * UInt64($0))) & 0xFF) }.joined(separator: ".") }
        let groups = [network, interface].flatMap { word in (0..<4).map { (word >> (48 - 16 * UInt64($0))) & 0xFFFF } }
        return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
}
