extension Topology {
    /// This topology as the text of a file that ``decode(_:file:domains:)`` reads back to an equal value.
    public var yaml: String {
        var lines = ["pando: \(Topology.schemaVersion)", "nodes:"]
        for group in nodes { lines += group.yamlLines }
        lines += ["engines:"] + engines.yamlLines
        return lines.joined(separator: "\n") + "\n"
    }
}

extension NodeGroup {
    fileprivate var yamlLines: [String] {
        var pairs = [("role", role.rawValue)]
        if let name { pairs.append(("name", quoted(name))) }
        if count != 1 { pairs.append(("count", "\(count)")) }
        pairs.append(("address", quoted(address.description)))
        if let admin { pairs.append(("admin", quoted(admin.description))) }
        if let host { pairs.append(("host", quoted(host))) }
        if tls { pairs.append(("tls", "true")) }
        if let certificate { pairs.append(("certificate", quoted(certificate))) }
        if let key { pairs.append(("key", quoted(key))) }
        if let region { pairs.append(("region", quoted(region))) }
        if !domains.isEmpty { pairs.append(("domains", "[\(domains.map(quoted).joined(separator: ", "))]")) }
        if let virtualAddress { pairs.append(("virtualAddress", quoted(virtualAddress))) }
        if caches { pairs.append(("caches", "true")) }
        if let gateway { pairs.append(("gateway", gateway.rawValue)) }
        return pairs.enumerated().map { index, pair in "\(index == 0 ? "  - " : "    ")\(pair.0): \(pair.1)" }
    }
}

extension Engines {
    fileprivate var yamlLines: [String] {
        database.yamlLines + sessions.yamlLines("sessions") + cache.yamlLines("cache") + queue.yamlLines("queue")
            + search.yamlLines("search")
    }
}

extension DatabaseEngine {
    fileprivate var yamlLines: [String] {
        var pairs: [(String, String)] = []
        if let path { pairs.append(("path", quoted(path))) }
        if let address { pairs.append(("address", quoted(address.description))) }
        if replicas > 0 { pairs.append(("replicas", "\(replicas)")) }
        if failover != .none { pairs.append(("failover", failover.rawValue)) }
        if shards > 1 { pairs.append(("shards", "\(shards)")) }
        return block("database", engine.rawValue, pairs)
    }
}

extension Engine {
    fileprivate func yamlLines(_ key: String) -> [String] {
        var pairs: [(String, String)] = []
        if let address { pairs.append(("address", quoted(address.description))) }
        if members > 1 { pairs.append(("members", "\(members)")) }
        return block(key, engine.rawValue, pairs)
    }
}

private func block(_ key: String, _ engine: String, _ pairs: [(String, String)]) -> [String] {
    guard !pairs.isEmpty else { return ["  \(key): \(engine)"] }
    return ["  \(key):", "    engine: \(engine)"] + pairs.map { "    \($0.0): \($0.1)" }
}

/// A double-quoted YAML scalar where the text needs one.
private func quoted(_ text: String) -> String {
    let isPlain =
        text.first.map { $0.isLetter } == true
        && text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-_./".unicodeScalars.contains(scalar))
        }
    if isPlain, !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased()) { return text }
    let escaped = text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
    return "\"\(escaped)\""
}
