import PandoTopology

#if canImport(Glibc)
    import Glibc
#endif

/// The socket of a listener, which all workers accept from.
struct ListeningSocket: Sendable {
    let endpoint: EdgeConfiguration.Endpoint
    let descriptor: Int32
    let places: ConnectionPlaces

    /// Opens those of listeners, but for those that are open.
    ///
    /// - Throws: ``EdgeConfigurationError`` with all that cannot be listened at: none is open then but the old ones.
    static func open(
        _ listeners: [EdgeConfiguration.Listener],
        keeping old: [ListeningSocket],
        _ inherited: InheritedSockets = .none
    ) throws(EdgeConfigurationError) -> [ListeningSocket] {
        var (sockets, made, issues) = ([ListeningSocket](), [Int32](), [EdgeIssue]())
        for (index, listener) in listeners.enumerated() {
            if let kept = old.first(where: { $0.endpoint == listener.endpoint }) {
                sockets.append(kept)
                continue
            }
            do throws(EdgeIssue) {
                let descriptor = try listen(listener.endpoint, "listeners[\(index)]", inherited)
                made.append(descriptor)
                sockets.append(
                    ListeningSocket(endpoint: listener.endpoint, descriptor: descriptor, places: ConnectionPlaces())
                )
            } catch {
                issues.append(error)
            }
        }
        if issues.isEmpty { return sockets }
        for descriptor in made { close(descriptor) }
        throw EdgeConfigurationError(issues)
    }

    /// A socket that listens, one of those that were inherited where it may be. One that is private has a file that only the user of
    /// the process, and root, may connect to.
    static func listen(
        _ endpoint: EdgeConfiguration.Endpoint,
        _ keyPath: String,
        _ inherited: InheritedSockets,
        isPrivate: Bool = false
    ) throws(EdgeIssue) -> Int32 {
        if let claimed = inherited.claim(endpoint) { return claimed }
        let address = try UpstreamPlan.resolve(endpoint, keyPath)
        if case .unix(let path) = endpoint { Socket.removeStale(path, address) }
        do throws(SystemError) {
            return try Socket.listen(at: address, isPrivate: isPrivate).get()
        } catch {
            let remedy =
                switch error.code {
                case EADDRINUSE: "end what listens there, or choose another"
                case EACCES:
                    "ports below 1024 are for root: give the program CAP_NET_BIND_SERVICE, lower "
                        + "net.ipv4.ip_unprivileged_port_start, or choose a higher port"
                case EAFNOSUPPORT: "this machine has no IPv6; choose an address of IPv4"
                default: "choose an address of this machine"
                }
            throw EdgeIssue(.error, keyPath, "cannot listen at \(endpoint): \(error)", remedy)
        }
    }
}
