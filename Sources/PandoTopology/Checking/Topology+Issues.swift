extension Topology {
    /// Why the parts of this topology do not fit each other; empty where they do.
    ///
    /// - Parameter domains: the app's domains, where they are known; without them the names in the file are not checked.
    public func issues(domains: [String]? = nil) -> [TopologyIssue] {
        nodeIssues() + edgeIssues() + portIssues() + domainIssues(domains) + databaseIssues() + sharedStateIssues()
            + searchIssues()
            + memberIssues(engines.sessions, "sessions") + memberIssues(engines.cache, "cache")
            + memberIssues(engines.queue, "queue") + memberIssues(engines.search, "search")
    }

    func refused(_ keyPath: String, _ problem: String, _ remedy: String) -> TopologyIssue {
        TopologyIssue(.combination, keyPath: keyPath, problem: problem, remedy: remedy)
    }

    private func nodeIssues() -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        if webProcesses == 0 {
            issues.append(refused("nodes", "no node answers requests", "add a node with role web or all"))
        }
        if processes(where: \.consumesMessages) == 0 {
            issues.append(
                refused(
                    "nodes",
                    "no node consumes messages, so they would wait for ever",
                    "add a node with role worker or all"
                )
            )
        }
        var seen: Set<String> = []
        for (index, group) in nodes.enumerated() {
            guard let name = group.name, !seen.insert(name).inserted else { continue }
            issues.append(
                refused(
                    "nodes[\(index)].name",
                    "another node is called '\(name)' too",
                    "give each node a name of its own"
                )
            )
        }
        return issues
    }

    private func edgeIssues() -> [TopologyIssue] {
        nodes.enumerated().flatMap { index, group -> [TopologyIssue] in
            var issues: [TopologyIssue] = []
            func onlyEdge(_ key: String, _ isSet: Bool) {
                guard isSet, group.role != .edge else { return }
                issues.append(
                    refused(
                        "nodes[\(index)].\(key)",
                        "a node with role \(group.role.rawValue) cannot have it",
                        "move it to a node with role edge"
                    )
                )
            }
            onlyEdge("virtualAddress", group.virtualAddress != nil)
            onlyEdge("caches", group.caches)
            onlyEdge("gateway", group.gateway != nil)
            onlyEdge("certificate", group.certificate != nil)
            onlyEdge("key", group.key != nil)
            if (group.certificate == nil) != (group.key == nil) {
                issues.append(
                    refused(
                        "nodes[\(index)].\(group.key == nil ? "certificate" : "key")",
                        "a certificate and its private key go together",
                        "add '\(group.key == nil ? "key" : "certificate")' with the path of its file"
                    )
                )
            }
            if group.certificate != nil, !group.tls {
                issues.append(
                    refused(
                        "nodes[\(index)].certificate",
                        "the node speaks no TLS",
                        "add 'tls: true', or remove the key"
                    )
                )
            }
            if group.virtualAddress != nil, group.role == .edge, group.count < 2 {
                issues.append(
                    refused(
                        "nodes[\(index)].virtualAddress",
                        "one node alone has nothing to hand the address over to",
                        "set 'count: 2'"
                    )
                )
            }
            if !group.domains.isEmpty, !group.role.runsApp {
                issues.append(
                    refused(
                        "nodes[\(index)].domains",
                        "a node with role \(group.role.rawValue) runs no domains",
                        "remove the key, or use role web or worker"
                    )
                )
            }
            return issues
        }
    }

    private func domainIssues(_ domains: [String]?) -> [TopologyIssue] {
        guard let domains else { return [] }
        var issues: [TopologyIssue] = []
        for (index, group) in nodes.enumerated() {
            for (position, name) in group.domains.enumerated() where !domains.contains(name) {
                issues.append(
                    refused(
                        "nodes[\(index)].domains[\(position)]",
                        "the app has no domain '\(name)'",
                        Suggestion.hint(for: name, among: domains)
                    )
                )
            }
        }
        for domain in domains {
            for (matches, work) in [
                (\Role.servesWeb, "answers its requests"), (\Role.consumesMessages, "consumes its messages"),
            ] {
                let groups = nodes.filter { $0.role[keyPath: matches] }
                if groups.isEmpty || groups.contains(where: { $0.domains.isEmpty || $0.domains.contains(domain) }) {
                    continue
                }
                issues.append(
                    refused("nodes", "no node runs domain '\(domain)' and \(work)", "add it to the 'domains' of a node")
                )
            }
        }
        return issues
    }

    private func memberIssues<Kind>(_ engine: Engine<Kind>, _ key: String) -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        let name = engine.engine.rawValue
        if !engine.engine.isServer {
            if engine.members > 1 {
                issues.append(
                    refused(
                        "engines.\(key).members",
                        "'\(name)' is not a server, so it has no members",
                        "remove the key"
                    )
                )
            }
            if engine.address != nil {
                issues.append(
                    refused(
                        "engines.\(key).address",
                        "'\(name)' is not a server, so it has no address",
                        "remove the key"
                    )
                )
            }
        } else if engine.members == 2 {
            issues.append(
                refused(
                    "engines.\(key).members",
                    "two members have no majority once one is lost",
                    "use 1, or 3 and more"
                )
            )
        }
        return issues
    }
}
