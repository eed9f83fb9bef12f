import PandoTopology

extension EdgeConfiguration {
    func checkOperation(_ issues: inout IssueList) {
        if let cache { check(cache, &issues) }
        if let admin { check(admin, &issues) }
        if let secret = tickets.secret { issues.checkSecret(secret, "tickets.secret", minimumBytes: 32) }
        if !tickets.isOn, tickets.secret != nil {
            issues.error("tickets.secret", "tickets are off", "remove it")
        }
        if let file = accessLog.file, accessLog.format != .off {
            let folder = file.split(separator: "/").dropLast().joined(separator: "/")
            issues.checkFolder((file.hasPrefix("/") ? "/" : "./") + folder, "accessLog.file")
        }
        if encodedSlashes == .keep {
            let problem = "a server that decodes %2F before it chooses by path sees another path than the routes"
            issues.warn("encodedSlashes", problem, "keep it only before servers that do not")
        }
        for (index, network) in deny.networks.enumerated() where network.isEverybody {
            issues.warn("deny.addresses[\(index)]", "nobody over IPv4 gets an answer", "name a smaller network")
        }
        for name in upstreams.map(\.name) where !usedUpstreams.contains(name) {
            let problem = "nothing goes to it"
            issues.warn("upstreams.\(name)", problem, "name it in a route, or remove it")
        }
        for name in Dictionary(grouping: upstreams, by: \.name).filter({ $1.count > 1 }).keys.sorted() {
            issues.error("upstreams.\(name)", "two upstreams have this name", "give each a name of its own")
        }
    }

    private func check(_ store: CacheStore, _ issues: inout IssueList) {
        check(store.rule, "cache.rule", &issues)
        if let folder = store.folder {
            issues.checkFolder(folder, "cache.folder")
        } else if store.objectBytes > store.memoryBytes {
            let problem = "a response of this size does not fit into memory"
            issues.error("cache.objectBytes", problem, "make it smaller than memoryBytes, or add 'folder'")
        }
        if let token = store.purgeToken { issues.checkSecret(token, "cache.purgeToken", minimumBytes: 16) }
        if let name = store.shield { issues.checkUpstream(name, "cache.shield") }
        if let node = store.node, !store.nodes.contains(node) {
            issues.error("cache.node", "\(node) is not one of the nodes", "add it to 'nodes'")
        }
        if store.node == nil, !store.nodes.isEmpty {
            issues.error("cache.nodes", "which of them is this one?", "add 'node' with its address")
        }
        if store.nodes.count > ServerSet.capacity {
            issues.error("cache.nodes", "more than \(ServerSet.capacity) nodes", "make groups with a shield")
        }
        if store.nodes.count > 1, store.purgeToken == nil {
            let problem = "without 'purgeToken' the other nodes hear of no purge"
            issues.warn("cache.nodes", problem, "give all nodes the same 'purgeToken'")
        }
        let isUsed = allRoutes.contains { $0.route.cache != nil }
        if !isUsed { issues.warn("cache", "no route caches", "add 'cache: on' to the routes that may") }
    }

    func check(_ rule: CacheRule, _ path: String, _ issues: inout IssueList) {
        if rule.shareCredentials {
            let problem = "an answer for one client is given to others, cookies and all"
            issues.warn("\(path).shareCredentials", problem, "remove it; let the servers say 'Cache-Control: public'")
        }
        if rule.force != nil {
            let problem = "what servers say of freshness does not count"
            issues.warn("\(path).force", problem, "use 'lifetime', which holds where they say nothing")
        }
        if let maximum = rule.maximum, let lifetime = rule.lifetime, lifetime > maximum {
            let problem = "a lifetime above the maximum (\(Units.text(maximum)))"
            issues.error("\(path).lifetime", problem, "make it shorter")
        }
    }

    private func check(_ admin: Admin, _ issues: inout IssueList) {
        if let token = admin.token {
            issues.checkSecret(token, "admin.token", minimumBytes: 16)
        } else if !admin.endpoint.isLocal {
            let problem = "whoever reaches \(admin.endpoint) may drain servers and purge the cache"
            issues.error("admin", problem, "add 'token', or listen on 127.0.0.1")
        }
    }
}
