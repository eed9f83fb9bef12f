/// The networks of the proxies in front of the service. Only they may say who the client is.
public struct TrustedProxies: Sendable, Hashable {
    private struct Network: Hashable {
        let address: ClientAddress
        let prefix: Int
    }

    private var networks: [Network] = []

    /// No proxy: the other end of the socket is the client.
    public static let none = TrustedProxies()

    private init() {}

    /// Reads networks such as `10.0.0.0/8`, `fd00::/8` or single addresses.
    ///
    /// - Returns: nil if one of them is not a network.
    public init?(_ texts: [String]) {
        for text in texts {
            let parts = text.split(separator: "/", maxSplits: 1)
            guard let first = parts.first, let address = ClientAddress(first) else { return nil }
            let offset = address.isIPv4 ? 96 : 0
            let length = parts.count == 2 ? Int(parts[1]) : 128 - offset
            guard let length, (0...(128 - offset)).contains(length) else { return nil }
            networks.append(Network(address: address, prefix: length + offset))
        }
    }

    /// Whether an address belongs to a trusted proxy.
    func contains(_ address: ClientAddress) -> Bool {
        networks.contains { network in
            Self.masked(address, network.prefix) == Self.masked(network.address, network.prefix)
        }
    }

    /// The client by `X-Forwarded-For`: the last address that is not a trusted proxy, for what stands before it was
    /// written by strangers. Unreadable entries end the search.
    func client(forwardedFor: String?, peer: ClientAddress) -> ClientAddress {
        guard let forwardedFor else { return peer }
        var client = peer
        for entry in forwardedFor.split(separator: ",").reversed() {
            guard let address = ClientAddress(String(entry.drop { $0 == " " }.prefix { $0 != " " })) else {
                return client
            }
            client = address
            if !contains(address) { return client }
        }
        return client
    }

    private static func masked(_ address: ClientAddress, _ prefix: Int) -> ClientAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(.max >> UInt64(bits)) }
        return ClientAddress(network: address.network & mask(prefix), interface: address.interface & mask(prefix - 64))
    }
}
