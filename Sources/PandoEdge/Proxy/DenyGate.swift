/// What is refused before anything else of a request is looked at.
final class DenyGate: Sendable {
    private let networks: [Network]
    /// Parts of a User-Agent, in lower case.
    private let agents: [[UInt8]]
    /// A table in which each path that is refused is a route.
    private let paths: RouteTable?

    /// Nil where nothing is refused.
    init?(_ configuration: EdgeConfiguration) {
        let deny = configuration.deny
        if deny == .init() { return nil }
        networks = deny.networks
        agents = deny.userAgents.map { $0.utf8.map(Characters.lowercased) }.filter { !$0.isEmpty }
        paths = deny.paths.isEmpty ? nil : deny.matches(configuration.encodedSlashes)
    }

    /// Whether a client gets no connection. Who comes over a Unix socket is on this machine, and has no address.
    func refuses(_ client: SocketAddress?) -> Bool {
        guard !networks.isEmpty, let octets = client?.octets else { return false }
        return networks.contains { $0.contains(high: octets.high, low: octets.low) }
    }

    /// Whether a request gets no other answer than 403. Its client is looked at again: the list may be younger than the connection.
    func refuses(_ exchange: Exchange, _ path: RoutePath) -> Bool {
        let request = exchange.request
        if refuses(exchange.client) { return true }
        if !agents.isEmpty {
            for field in request.fields where field.id == .userAgent {
                if hasPart(request.bytes(field.value)) { return true }
            }
        }
        if let paths, case .route = paths.match(request, path) { return true }
        return false
    }

    private func hasPart(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        for part in agents where part.count <= text.count {
            for start in 0...(text.count - part.count) where Characters.lowercased(text[start]) == part[0] {
                var count = 1
                while count < part.count, Characters.lowercased(text[start + count]) == part[count] { count += 1 }
                if count == part.count { return true }
            }
        }
        return false
    }
}
