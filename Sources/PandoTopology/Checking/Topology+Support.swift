extension Topology {
    /// What of this topology this version of Pando cannot run, each with what works today; empty where all of it runs.
    ///
    /// A topology that is well formed and consistent may still ask for an engine that is not there yet. A start-up
    /// refuses it, so that what is switched on is real.
    public func unsupported() -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        for (index, group) in nodes.enumerated() {
            let path = "nodes[\(index)]"
            issues += group.role == .edge ? edgeSupport(group, index, path) : appSupport(group, path)
            if group.region != nil {
                issues.append(missing("\(path).region", "a region", "one place (remove the key)"))
            }
        }
        return issues + engineSupport()
    }

    private func missing(_ keyPath: String, _ what: String, _ works: String) -> TopologyIssue {
        TopologyIssue(
            .unsupported,
            keyPath: keyPath,
            problem: "\(what) is not in this version",
            remedy: "what works today: \(works)"
        )
    }

    private func edgeSupport(_ group: NodeGroup, _ index: Int, _ path: String) -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        if group.count > 1 || nodes.firstIndex(where: { $0.role == .edge }) != index {
            issues.append(missing(path, "a second edge", "one edge in front of all nodes"))
        }
        if group.tls, group.certificate == nil {
            let works = "'certificate' and 'key' with the paths of their files, or an edge without TLS"
            issues.append(missing("\(path).tls", "a certificate that is made by itself", works))
        }
        if group.virtualAddress != nil {
            issues.append(missing("\(path).virtualAddress", "a shared address", "one edge (remove the key)"))
        }
        if group.caches {
            issues.append(missing("\(path).caches", "an edge that caches the app's answers", "one that does not"))
        }
        if group.gateway != nil {
            let works = "one edge with the gateways of the app (remove the key)"
            issues.append(missing("\(path).gateway", "an edge for one gateway", works))
        }
        return issues
    }

    private func appSupport(_ group: NodeGroup, _ path: String) -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        if !group.role.runsApp {
            let works = "nodes with the roles edge, web, worker and all"
            issues.append(missing("\(path).role", "a node with role \(group.role.rawValue)", works))
        }
        if group.tls {
            issues.append(
                missing("\(path).tls", "TLS in the node", "an edge with TLS in front of it, or another proxy")
            )
        }
        if group.host != nil {
            issues.append(missing("\(path).host", "a host name of a node", "'host' of an edge (remove the key)"))
        }
        if !group.domains.isEmpty {
            let works = "nodes with all of them (remove the key)"
            issues.append(missing("\(path).domains", "a node with some of the domains", works))
        }
        return issues
    }

    private func engineSupport() -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        func check<Kind: EngineKind>(_ key: String, _ kind: Kind, _ works: Kind) {
            guard kind != works else { return }
            issues.append(
                missing("engines.\(key)", "\(Kind.block) engine \(kind.rawValue)", "\(key): \(works.rawValue)")
            )
        }
        let database = engines.database
        if database.engine == .postgresql, database.replicas > 0 || database.failover != .none || database.shards > 1 {
            issues.append(
                missing("engines.database", "more than one PostgreSQL server", "one server, without replicas or shards")
            )
        }
        if database.engine == .sqlite, appProcesses > 1 {
            let works = "engine postgres, or one node with role all"
            issues.append(missing("engines.database", "SQLite under \(appProcesses) processes", works))
        }
        check("sessions", engines.sessions.engine, .database)
        // Several processes keep no values of their own, nor does one that others may write behind: the database is a server then.
        check("cache", engines.cache.engine, appProcesses == 1 && database.engine == .sqlite ? .process : .none)
        check("queue", engines.queue.engine, .database)
        check("search", engines.search.engine, database.engine == .sqlite ? .fts5 : .postgresql)
        return issues
    }
}
