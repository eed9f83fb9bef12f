extension Topology {
    func databaseIssues() -> [TopologyIssue] {
        let database = engines.database
        switch database.engine {
        case .sqlite: return sqliteIssues(database)
        case .postgresql: return postgresqlIssues(database)
        }
    }

    private func sqliteIssues(_ database: DatabaseEngine) -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        let remedy = "use engine postgres, or remove the key"
        if database.address != nil {
            issues.append(
                refused(
                    "engines.database.address",
                    "SQLite is a file, not a server",
                    "use 'path', or engine postgres"
                )
            )
        }
        if database.replicas > 0 {
            issues.append(refused("engines.database.replicas", "SQLite has no replicas", remedy))
        }
        if database.failover != .none {
            issues.append(refused("engines.database.failover", "SQLite has nothing to fail over to", remedy))
        }
        if database.shards > 1 {
            issues.append(refused("engines.database.shards", "SQLite is one file and has no shards", remedy))
        }
        let machines = Set(
            nodes.filter(\.role.runsApp).map { "\($0.region ?? "")/\(Topology.machine($0.address.host))" }
        )
        if machines.count > 1 {
            issues.append(
                refused(
                    "engines.database",
                    "the nodes are on \(machines.count) machines, and SQLite's file is on one",
                    "use engine postgres"
                )
            )
        }
        return issues
    }

    /// Addresses that are certainly of this machine count as one.
    private static func machine(_ host: String) -> String {
        let isLocal = ["localhost", "0.0.0.0", "::", "::1"].contains(host) || host.hasPrefix("127.")
        return isLocal ? "here" : host
    }

    private func postgresqlIssues(_ database: DatabaseEngine) -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        if database.path != nil {
            issues.append(
                refused(
                    "engines.database.path",
                    "PostgreSQL is a server, not a file",
                    "use 'address', or engine sqlite"
                )
            )
        }
        if database.failover != .none, database.replicas == 0 {
            issues.append(
                refused(
                    "engines.database.failover",
                    "there is no replica to fail over to",
                    "set 'replicas' to 1 or more (2 to stay safe)"
                )
            )
        }
        return issues
    }

    /// Guarantee 1: nothing that matters lives in a process.
    func sharedStateIssues() -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        if engines.sessions.engine == .process, webProcesses > 1 {
            issues.append(
                refused(
                    "engines.sessions",
                    "\(webProcesses) web processes with sessions in a process: users would be asked to log in again",
                    "use 'sessions: database' or 'sessions: redis'"
                )
            )
        }
        if engines.cache.engine == .process, appProcesses > 1 {
            issues.append(
                refused(
                    "engines.cache",
                    "\(appProcesses) processes with a cache in each: one would answer with what another has already changed",
                    "use 'cache: redis' or 'cache: none'"
                )
            )
        }
        if engines.queue.engine == .process {
            issues.append(
                refused(
                    "engines.queue",
                    "messages in a process are lost when it stops, after they were acknowledged",
                    "use 'queue: database'"
                )
            )
        }
        return issues
    }

    func searchIssues() -> [TopologyIssue] {
        switch (engines.search.engine, engines.database.engine) {
        case (.fts5, .postgresql):
            [
                refused(
                    "engines.search",
                    "fts5 is an index of SQLite, and the database is PostgreSQL",
                    "use 'search: postgres' or 'search: opensearch'"
                )
            ]
        case (.postgresql, .sqlite):
            [refused("engines.search", "the database is SQLite, and this index is PostgreSQL's", "use 'search: fts5'")]
        case (.fts5, .sqlite), (.postgresql, .postgresql), (.opensearch, _), (.elasticsearch, _):
            []
        }
    }
}
