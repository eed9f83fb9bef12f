import PandoTopology
import Yams

extension EdgeReader {
    private static let year: ClosedRange<Duration> = .zero ... .seconds(365 * 86_400)

    func readCacheStore(_ parent: MappingReader) -> EdgeConfiguration.CacheStore? {
        guard parent.has("cache"), !parent.isOff("cache") else { return nil }
        var store = EdgeConfiguration.CacheStore()
        if parent.isOn("cache") { return store }
        guard let reader = parent.section("cache", .cache) else { return nil }
        reader.setBytes(&store.memoryBytes, "memoryBytes", (1 << 20)...(1 << 40))
        store.folder = readPath(reader, "folder", expecting: "a folder")
        reader.setBytes(&store.diskBytes, "diskBytes", (16 << 20)...(64 << 40))
        reader.setBytes(&store.objectBytes, "objectBytes", 1_024...(64 << 30))
        if let rule = readCacheRule(reader, "rule", EdgeConfiguration.CacheRule()) { store.rule = rule }
        store.purgeToken = readSecret(reader, "purgeToken")
        store.nodes = (reader.items("nodes", expecting: "an address", limit: 1_000) ?? []).compactMap { item in
            if let address = Address(item.text ?? "") { return address }
            let problem = Address.problem(with: item.text ?? "") ?? "not an address"
            log.report(item.node.mark, item.path, problem, "write an address such as 10.0.0.1:8080")
            return nil
        }
        store.node = reader.address("node")
        store.shield = reader.string("shield", expecting: "the name of an upstream")
        return store
    }

    /// `on`, `off`, a lifetime, or a mapping on top of `defaults`.
    func readCacheRule(_ parent: MappingReader, _ key: String, _ defaults: EdgeConfiguration.CacheRule)
        -> EdgeConfiguration.CacheRule?
    {
        guard parent.has(key), !parent.isOff(key) else { return nil }
        var rule = defaults
        if parent.isOn(key) { return rule }
        if parent.scalar(key) != nil {
            parent.set(&rule.lifetime, key, Self.year)
            return rule
        }
        guard let reader = parent.section(key, .cacheRule) else { return nil }
        reader.set(&rule.lifetime, "lifetime", Self.year)
        reader.set(&rule.force, "force", Self.year)
        reader.set(&rule.maximum, "maximum", Self.year)
        if reader.isOff("negative") {
            rule.negative = [:]
        } else if reader.has("negative") {
            rule.negative = readNegative(reader)
        }
        reader.set(&rule.staleWhileRevalidate, "staleWhileRevalidate", .zero ... .seconds(30 * 86_400))
        reader.set(&rule.grace, "grace", .zero ... .seconds(30 * 86_400))
        if let section = reader.section("key", .cacheKey) { readCacheKey(section, into: &rule.key) }
        reader.set(&rule.shareCredentials, "shareCredentials")
        return rule
    }

    /// Statuses with their lifetimes.
    private func readNegative(_ reader: MappingReader) -> [Int: Duration] {
        var found: [Int: Duration] = [:]
        for (name, item) in reader.entries("negative", expecting: "a mapping such as {404: 10s}") {
            let duration = Units.duration(item.text ?? "")
            if let status = Int(name), (300...599).contains(status), let duration, duration <= .seconds(86_400) {
                found[status] = duration
            } else {
                let problem = "'\(name): \(item.text ?? "…")' is not a status with a time"
                log.report(item.node.mark, item.path, problem, "write a status from 300 to 599 and a time up to 1d")
            }
        }
        return found
    }

    private func readCacheKey(_ reader: MappingReader, into key: inout EdgeConfiguration.CacheKey) {
        let what = "all, none, {only: [page]} or {without: [utm_source]}"
        if let node = reader.node("query", expecting: what) {
            switch (node.scalar?.string, node.mapping?.first?.key.scalar?.string, node.mapping?.count) {
            case ("all", _, _): key.query = .all
            case ("none", _, _): key.query = .none
            case (nil, "only", 1): key.query = .only(parameters(reader))
            case (nil, "without", 1): key.query = .without(parameters(reader))
            default: reader.report("query", node, "found \(MappingReader.kind(of: node))", "write \(what)")
            }
        }
        key.headers = readFieldNames(reader, "headers")
        key.cookies = reader.texts("cookies", expecting: "the name of a cookie") ?? []
    }

    private func parameters(_ reader: MappingReader) -> [String] {
        guard let mapping = reader.node("query", expecting: "parameters")?.mapping else { return [] }
        let known = MappingReader(mapping, path: reader.keyPath("query"), known: ["only", "without"], log: log)
        return known.texts(known.has("only") ? "only" : "without", expecting: "the name of a parameter") ?? []
    }
}
