extension Topology {
    /// What of this topology this version of Pando cannot run, each with what works today; empty where all of it runs.
    ///
    /// A topology that is well formed and consistent may still ask for an engine that is not there yet. A start-up
    /// refuses it, so that what is switched on is real.
    public func unsupported() -> [TopologyIssue] {
        nodeSupport() + engineSupport()
    }

    private func missing(_ keyPath: String, _ what: String, _ works: String) -> TopologyIssue {
        TopologyIssue(
            .unsupported,
            keyPath: keyPath,
            problem: "\(what) is not in this version",
            remedy: "what works today: \(works)"
        )
    }

    private func nodeSupport() -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        for (index, group) in nodes.enumerated() {
            let path = "nodes[\(index)]"
            if group.role != .all {
                issues.append(
                    missing("\(path).role", "a node with role \(group.role.rawValue)", "one node with role all")
                )
                continue
            }
            if group.count > 1 {
                issues.append(missing("\(path).count", "more than one node", "one node with role all"))
            }
            if index > 0 { issues.append(missing(path, "a second node", "one node with role all")) }
            if group.tls {
                issues.append(missing("\(path).tls", "TLS in the node", "plain HTTP behind a proxy that ends TLS"))
            }
            if group.host != nil {
                issues.append(missing("\(path).host", "a host name of a node", "relative links (remove the key)"))
            }
            if group.region != nil {
                issues.append(missing("\(path).region", "a region", "one place (remove the key)"))
            }
            if !group.domains.isEmpty {
                issues.append(
                    missing(
                        "\(path).domains",
                        "a node with some of the domains",
                        "one node with all of them (remove the key)"
                    )
                )
            }
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
        check("sessions", engines.sessions.engine, .database)
        check("cache", engines.cache.engine, .process)
        check("queue", engines.queue.engine, .database)
        check("search", engines.search.engine, database.engine == .sqlite ? .fts5 : .postgresql)
        return issues
    }
}
