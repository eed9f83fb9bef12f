import PandoTopology

/// What the names of servers mean.
package struct NameResolver: Sendable {
    /// The addresses of a host's name with a port, in the order of preference; none where it is not known. May block.
    package var addresses: @Sendable (_ host: String, _ port: Int) -> [SocketAddress]

    package init(_ addresses: @escaping @Sendable (_ host: String, _ port: Int) -> [SocketAddress]) {
        self.addresses = addresses
    }

    /// The system's.
    package static let system = NameResolver { SocketAddress.all(resolving: $0, port: $1) }

    /// The address of a server. One that it has already stays as long as the name still has it: many resolvers change the order with
    /// each answer. It stays as well where the resolver has no answer, which says nothing of the server.
    func address(
        _ endpoint: EdgeConfiguration.Endpoint,
        known: SocketAddress?,
        _ keyPath: String
    ) throws(EdgeIssue) -> SocketAddress {
        guard case .tcp(let address) = endpoint, endpoint.isName else {
            return try UpstreamPlan.resolve(endpoint, keyPath)
        }
        let found = addresses(address.host, address.port)
        if let known, found.isEmpty || found.contains(known) { return known }
        if let first = found.first { return first }
        throw EdgeIssue(.error, keyPath, "no address is known for the host '\(address.host)'", "check its name")
    }
}

extension EdgeConfiguration.Endpoint {
    /// Whether it is a name that means an address.
    var isName: Bool {
        guard case .tcp(let address) = self else { return false }
        return SocketAddress(host: address.host, port: address.port) == nil
    }
}
