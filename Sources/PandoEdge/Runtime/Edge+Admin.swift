extension Edge {
    /// Answers at the admin interface from now on.
    func serve(_ admin: AdminServer) {
        admin.serve { [weak self] request, access in
            guard let self else { return AdminAnswer(AdminProblem(503, "the edge has ended", "start it again")) }
            return AdminInterface(edge: self, access: access).answer(request)
        }
    }

    /// Whether it can do its work.
    var readiness: EdgeReadiness {
        let now = Worker.clock()
        var failing: [EdgeReadiness.Failure] = []
        if isStopping { failing.append(.init(what: "edge", problem: "it takes no more connections, and ends")) }
        let upstreams = upstreams
        let lost = upstreams.filter { upstream in
            !upstream.servers.contains { $0.health(at: now) == .healthy && !$0.isDraining }
        }
        for upstream in lost {
            let servers = upstream.servers.prefix(10).map { server in
                "\(server.name) is \(server.isDraining ? "draining" : "\(server.health(at: now))")"
            }
            let problem = "no server is healthy: \(servers.joined(separator: ", "))"
            failing.append(.init(what: "upstream \(upstream.name)", problem: problem))
        }
        let isAlone = !upstreams.isEmpty && lost.count == upstreams.count
        return EdgeReadiness(isReady: !isStopping && !isAlone, failing: failing)
    }
}

/// Whether an edge can do its work, and what of it fails.
///
/// It is ready as long as one of its upstreams has a healthy server: were it not, a service that fails would take all others that are
/// behind the same edges with it.
struct EdgeReadiness: Encodable {
    struct Failure: Encodable {
        /// `edge`, or `upstream` and its name.
        let what: String
        let problem: String
    }

    let isReady: Bool
    let failing: [Failure]
}

extension AdminServer {
    /// Opens the socket of an admin interface, or keeps the one that is open at its address.
    ///
    /// - Returns: Nil for no interface; one that serves already where it was kept.
    static func open(
        _ configured: EdgeConfiguration.Admin?,
        _ access: AdminAccess?,
        _ inherited: InheritedSockets = .none,
        keeping old: AdminServer? = nil
    ) throws(EdgeIssue) -> AdminServer? {
        guard let configured, let access else { return nil }
        if let old, old.endpoint == configured.endpoint { return old }
        let descriptor = try ListeningSocket.listen(configured.endpoint, "admin", inherited, isPrivate: true)
        do throws(SystemError) {
            return try AdminServer(configured.endpoint, access, owning: descriptor)
        } catch {
            throw EdgeIssue(.error, "admin", "it cannot be served: \(error)", "raise the limit of descriptors")
        }
    }
}
