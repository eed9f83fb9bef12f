import PandoTopology
import Yams

extension EdgeReader {
    /// The one of `upstream`, and those of `upstreams`.
    func readUpstreams(_ reader: MappingReader) -> [EdgeConfiguration.Upstream] {
        var found: [EdgeConfiguration.Upstream] = []
        let what = "servers, such as [\"127.0.0.1:3001\", \"127.0.0.1:3002\"]"
        if let node = reader.node("upstream", expecting: what) {
            let path = "upstreams.\(EdgeConfiguration.defaultUpstream)"
            log.note(path, node.mark)
            found.append(readUpstream(EdgeConfiguration.defaultUpstream, EdgeItem(node: node, path: path)))
        }
        for (name, item) in reader.entries("upstreams", expecting: "a mapping of names to upstreams") {
            checkName(name, item)
            if name == EdgeConfiguration.defaultUpstream, reader.has("upstream") {
                log.report(item.node.mark, item.path, "the key 'upstream' is it already", "give it another name")
            }
            found.append(readUpstream(name, item))
        }
        return found
    }

    /// Names stand in logs, metrics and key paths.
    func checkName(_ name: String, _ item: EdgeItem) {
        let isName =
            !name.isEmpty && name.utf8.count <= 63
            && name.utf8.allSatisfy { Characters.isIn($0, Characters.host) && !".~!$&'()*+,;=%:[]".utf8.contains($0) }
        if !isName {
            log.report(
                item.node.mark,
                item.path,
                "'\(name)' is not a name",
                "use up to 63 letters, digits, '-' and '_'"
            )
        }
    }

    private func readUpstream(_ name: String, _ item: EdgeItem) -> EdgeConfiguration.Upstream {
        var upstream = EdgeConfiguration.Upstream(name: name)
        guard item.node.mapping != nil else {
            let parts = item.node.sequence.map { sequence in
                sequence.enumerated().map { EdgeItem(node: $1, path: "\(item.path).servers[\($0)]") }
            }
            upstream.servers = (parts ?? [item]).compactMap(readServer)
            return upstream
        }
        guard let reader = MappingReader.section(item, .upstream, log: log) else { return upstream }
        if !reader.has("servers") { reader.missing("servers", "add 'servers: [\"127.0.0.1:3001\"]'") }
        upstream.servers = (reader.items("servers", expecting: "an address or a server") ?? []).compactMap(readServer)
        if let balance = readBalance(reader) { upstream.balance = balance }
        reader.set(&upstream.slowStart, "slowStart", .zero ... .seconds(3_600))
        reader.set(&upstream.panicThreshold, "panicThreshold", 0...100)
        upstream.health = readHealth(reader)
        upstream.outliers = readOutliers(reader)
        readUpstreamLimits(reader, into: &upstream.limits)
        if let timeouts = readTimeouts(reader) { upstream.timeouts = timeouts }
        if let retries = readRetries(reader) { upstream.retries = retries }
        upstream.hedge = readHedge(reader)
        readKeepAlive(reader, into: &upstream.keepAlive)
        upstream.tls = readUpstreamTLS(reader)
        reader.set(&upstream.proxyProtocol, "proxyProtocol", "version of the PROXY protocol")
        reader.set(&upstream.http, "http", "version of HTTP")
        return upstream
    }

    private func readServer(_ item: EdgeItem) -> EdgeConfiguration.Server? {
        log.note(item.path, item.node.mark)
        guard item.node.mapping != nil else {
            return endpoint(item, portAlone: false).map { EdgeConfiguration.Server($0) }
        }
        guard let reader = MappingReader.section(item, .server, log: log) else { return nil }
        if !reader.has("address") { reader.missing("address", "add 'address: \"127.0.0.1:3001\"'") }
        guard let endpoint = endpoint(reader, "address", portAlone: false) else { return nil }
        var server = EdgeConfiguration.Server(endpoint)
        reader.set(&server.weight, "weight", 1...1_000)
        reader.set(&server.backup, "backup")
        reader.set(&server.local, "local")
        reader.set(&server.maximumConnections, "maximumConnections", 1...1_000_000)
        reader.set(&server.healthPort, "healthPort", 1...65_535)
        return server
    }

    // MARK: Balance

    private func readBalance(_ reader: MappingReader) -> EdgeConfiguration.Balance? {
        let names = EdgeConfiguration.Balance.names
        guard let node = reader.node("balance", expecting: "one of: \(names.joined(separator: ", "))") else {
            return nil
        }
        if let text = node.scalar?.string { return readPlainBalance(reader, text) }
        guard let mapping = node.mapping, mapping.count == 1 else {
            let remedy = "write a word, {hash: {of: address}} or {sticky: {cookie: …, secret: …}}"
            reader.report("balance", node, "found \(MappingReader.kind(of: node))", remedy)
            return nil
        }
        let policy = MappingReader(mapping, path: reader.keyPath("balance"), known: ["hash", "sticky"], log: log)
        if policy.has("hash") { return readHash(policy).map { .hash($0) } }
        if policy.has("sticky") { return readSticky(policy).map { .sticky($0) } }
        return nil
    }

    private func readPlainBalance(_ reader: MappingReader, _ text: String) -> EdgeConfiguration.Balance? {
        func refuse(_ problem: String, _ remedy: String) -> EdgeConfiguration.Balance? {
            reader.report("balance", reader.node("balance", expecting: "a policy"), problem, remedy)
            return nil
        }
        switch text {
        case "leastTime": return .leastTime
        case "roundRobin": return .roundRobin
        case "leastConnections": return .leastConnections
        case "random": return .random
        case "hash": return refuse("a hash is of something", "write {hash: {of: address}}")
        case "sticky":
            return refuse("sticky needs a secret", "write {sticky: {secret: {environment: EDGE_STICKY_SECRET}}}")
        default:
            return refuse(
                "'\(text)' is not a policy",
                Suggestion.hint(for: text, among: EdgeConfiguration.Balance.names)
            )
        }
    }

    private func readHash(_ policy: MappingReader) -> EdgeConfiguration.HashKey? {
        if policy.scalar("hash") != nil { return readHashKey(policy, "hash") }
        guard let hash = policy.section("hash", .hash) else { return nil }
        if !hash.has("of") { hash.missing("of", "write {of: address}") }
        return readHashKey(hash, "of")
    }

    /// `address`, `path`, `header NAME` or `cookie NAME`.
    func readHashKey(_ reader: MappingReader, _ key: String) -> EdgeConfiguration.HashKey? {
        let what = "address, path, \"header NAME\" or \"cookie NAME\""
        guard let text = reader.string(key, expecting: what) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("address", 1): return .address
        case ("path", 1): return .path
        case ("header", 2) where Self.isToken(words[1]): return .header(words[1].lowercased())
        case ("cookie", 2) where Self.isToken(words[1]): return .cookie(words[1])
        default:
            reader.report(key, reader.node(key, expecting: what), "'\(text)' is nothing to choose by", "write \(what)")
            return nil
        }
    }

    private func readSticky(_ policy: MappingReader) -> EdgeConfiguration.Sticky? {
        guard let reader = policy.section("sticky", .sticky) else { return nil }
        if !reader.has("secret") { reader.missing("secret", "add 'secret: {environment: EDGE_STICKY_SECRET}'") }
        guard let secret = readSecret(reader, "secret") else { return nil }
        var sticky = EdgeConfiguration.Sticky(secret: secret)
        if let cookie = reader.string("cookie", expecting: "the name of a cookie", limit: 64) {
            if Self.isToken(cookie) {
                sticky.cookie = cookie
            } else {
                let node = reader.node("cookie", expecting: "a name")
                reader.report(
                    "cookie",
                    node,
                    "'\(cookie)' is not the name of a cookie",
                    "use letters, digits, '-' and '_'"
                )
            }
        }
        reader.set(&sticky.maxAge, "maxAge", .seconds(60) ... .seconds(365 * 86_400))
        return sticky
    }
}
