extension AdminInterface {
    /// What came of a drain, or of its end.
    private struct Drained: Encodable {
        let server: String
        /// The upstreams that it is a server of.
        let upstreams: [String]
        let isDraining: Bool
    }

    func drain(_ request: AdminRequest) throws(AdminProblem) -> AdminAnswer {
        try change(request, isDraining: true) { edge.drain(server: $0, of: $1) }
    }

    func resume(_ request: AdminRequest) throws(AdminProblem) -> AdminAnswer {
        try change(request, isDraining: false) { edge.resume(server: $0, of: $1) }
    }

    /// Changes a server in one upstream, or in all that have it: a machine that goes for maintenance goes for all.
    private func change(
        _ request: AdminRequest,
        isDraining: Bool,
        _ apply: (_ server: String, _ upstream: String) -> Bool
    ) throws(AdminProblem) -> AdminAnswer {
        let example = #"{"server": "10.0.0.11:3000", "upstream": "app"}"#
        let input = try AdminInput(request, known: ["server", "upstream"], example: example)
        guard let server = try input.text("server") else {
            throw AdminProblem(400, field: "server", "which server?", "send a body such as \(example)")
        }
        let wanted = try input.text("upstream")
        let upstreams = edge.liveState.upstreams
        if let wanted, !upstreams.contains(where: { $0.name == wanted }) {
            let known = upstreams.map(\.name).joined(separator: ", ")
            throw AdminProblem(404, field: "upstream", "no upstream is called '\(wanted)'", "use one of \(known)")
        }
        let searched = upstreams.filter { wanted == nil || $0.name == wanted }
        let changed = searched.map(\.name).filter { apply(server, $0) }
        guard !changed.isEmpty else {
            let known = Set(searched.flatMap { $0.servers.map(\.name) }).sorted().prefix(20).joined(separator: ", ")
            throw AdminProblem(404, field: "server", "no server is called '\(server)'", "use one of \(known)")
        }
        return .json(Drained(server: server, upstreams: changed, isDraining: isDraining))
    }

    /// What was purged.
    private struct Purged: Encodable {
        var url: String?
        var prefix: String?
        var tag: String?
        var all: Bool?
        var soft: Bool
    }

    func purge(_ request: AdminRequest) throws(AdminProblem) -> AdminAnswer {
        let ways = ["url", "prefix", "tag", "all"]
        let example = #"{"url": "https://www.example.com/a?b"}"#
        let input = try AdminInput(request, known: ways + ["soft"], example: example)
        guard input.names(of: ways).count == 1 else {
            let remedy = "send one of 'url', 'prefix', 'tag' and 'all', such as \(example)"
            throw AdminProblem(400, "what is to be purged?", remedy)
        }
        guard edge.isCaching else {
            throw AdminProblem(409, "nothing is cached here", "add 'cache: on' to a route of the file")
        }
        let kind: PurgeKind = try input.flag("soft") ? .soft : .hard
        var purged = Purged(soft: kind == .soft)
        if let url = try input.text("url") {
            guard edge.purge(uri: url, kind) else { throw Self.noURI("url", url) }
            purged.url = url
        } else if let prefix = try input.text("prefix") {
            guard edge.purge(prefix: prefix, kind) else { throw Self.noURI("prefix", prefix) }
            purged.prefix = prefix
        } else if let tag = try input.text("tag") {
            edge.purge(tag: tag, kind)
            purged.tag = tag
        } else {
            guard try input.flag("all") else { throw AdminProblem(400, field: "all", "false is nothing", "write true") }
            edge.purge(prefix: "", kind)
            purged.all = true
        }
        return .json(purged)
    }

    private static func noURI(_ field: String, _ text: String) -> AdminProblem {
        AdminProblem(400, field: field, "'\(text)' is no URL with a host", "write it as https://www.example.com/a")
    }

    /// What came of a reload.
    private struct Reloaded: Encodable {
        let generation: Int
        let warnings: [AdminProblem.Issue]
    }

    func reload(_ request: AdminRequest) throws(AdminProblem) -> AdminAnswer {
        _ = try AdminInput(request, known: [], example: "{}")
        do throws(EdgeConfigurationError) {
            let warnings = try edge.reloadFile()
            return .json(Reloaded(generation: edge.generation, warnings: warnings.map { AdminProblem.Issue($0) }))
        } catch {
            let problem = "the file was not taken, the configuration before it stays in force"
            var refusal = AdminProblem(422, problem, "mend what 'issues' lists, and try again")
            refusal.issues = error.issues.map { AdminProblem.Issue($0) }
            throw refusal
        }
    }
}
