import PandoTopology
import Yams

/// What holds for routes that say nothing else.
struct RouteDefaults {
    /// The names of the upstreams.
    let upstreams: [String]
    /// The store's rule.
    let rule: EdgeConfiguration.CacheRule

    /// Where a route goes that has no action.
    var upstream: String? {
        upstreams.contains(EdgeConfiguration.defaultUpstream)
            ? EdgeConfiguration.defaultUpstream : upstreams.count == 1 ? upstreams[0] : nil
    }
}

extension EdgeReader {
    func readRoutes(_ reader: MappingReader, _ defaults: RouteDefaults) -> [EdgeConfiguration.Route] {
        (reader.items("routes", expecting: "a list of routes", limit: 10_000) ?? []).compactMap { item in
            MappingReader.section(item, .route, log: log).flatMap { readRoute($0, item, defaults) }
        }
    }

    private func readRoute(_ reader: MappingReader, _ item: EdgeItem, _ defaults: RouteDefaults)
        -> EdgeConfiguration.Route?
    {
        let action = readAction(reader, item, defaults)
        var route = EdgeConfiguration.Route(action ?? .respond(.init(status: 500)))
        route.name = reader.string("name", expecting: "a name", limit: 63)
        route.hosts = readHosts(reader, "host")
        if let pattern = readPattern(reader, "path") { route.path = pattern }
        route.methods = readMethods(reader, "methods")
        route.headers = readHeaderConditions(reader)
        route.mirror = readMirror(reader)
        route.rewrite = readRewrite(reader)
        route.requestHeaders = readHeaderChanges(reader, "requestHeaders")
        route.responseHeaders = readHeaderChanges(reader, "responseHeaders")
        if let limits = readRouteLimits(reader) { route.limits = limits }
        route.timeouts = readTimeouts(reader)
        route.retries = readRetries(reader)
        route.cache = readCacheRule(reader, "cache", defaults.rule)
        route.compression = readCompression(reader)
        readAuthentication(reader, into: &route)
        route.cors = readCORS(reader)
        route.openAPI = readOpenAPI(reader)
        route.shape = readShape(reader)
        return action == nil ? nil : route
    }

    func readPattern(_ reader: MappingReader, _ key: String) -> EdgeConfiguration.PathPattern? {
        let what = "a path such as /about, /api/* or /api/hotels/{id}"
        guard let text = reader.string(key, expecting: what, limit: 1_024) else { return nil }
        if let problem = EdgeConfiguration.PathPattern.problem(with: text) {
            reader.report(key, reader.node(key, expecting: what), problem, "write \(what)")
            return nil
        }
        return EdgeConfiguration.PathPattern(text)
    }

    /// Names with a value, or with what it is like.
    private func readHeaderConditions(_ reader: MappingReader) -> [EdgeConfiguration.HeaderCondition] {
        reader.entries("headers", expecting: "a mapping of names to values").compactMap { name, item in
            guard let field = fieldName(name, item) else { return nil }
            if let value = item.text { return EdgeConfiguration.HeaderCondition(field, .equals(value)) }
            guard let section = MappingReader.section(item, .headerCondition, log: log) else { return nil }
            let keys = EdgeSection.headerCondition.keys.filter(section.has)
            guard keys.count == 1 else {
                let remedy = "write a value, {equals: …}, {startsWith: …}, or {present: true}"
                log.report(item.node.mark, item.path, "one condition is needed", remedy)
                return nil
            }
            if let text = section.string("equals", expecting: "a value") { return .init(field, .equals(text)) }
            if let text = section.string("startsWith", expecting: "a value") { return .init(field, .startsWith(text)) }
            return section.bool("present").map { .init(field, $0 ? .present : .absent) }
        }
    }

    /// `set`, `add` and `remove`.
    private func readHeaderChanges(_ reader: MappingReader, _ key: String) -> EdgeConfiguration.HeaderChanges {
        var changes = EdgeConfiguration.HeaderChanges()
        guard let section = reader.section(key, .headerChanges) else { return changes }
        changes.set = readLines(section, "set")
        changes.add = readLines(section, "add")
        changes.remove = readFieldNames(section, "remove")
        return changes
    }

    private func readLines(_ reader: MappingReader, _ key: String) -> [EdgeConfiguration.HeaderChanges.Line] {
        reader.entries(key, expecting: "a mapping of names to values").compactMap { name, item in
            guard let field = fieldName(name, item) else { return nil }
            guard let value = item.text, value.utf8.allSatisfy({ Characters.isIn($0, Characters.value) }) else {
                log.report(item.node.mark, item.path, "what no field's value is", "write one line of text")
                return nil
            }
            return EdgeConfiguration.HeaderChanges.Line(field, value)
        }
    }

    private func readMirror(_ reader: MappingReader) -> EdgeConfiguration.Mirror? {
        guard reader.has("mirror") else { return nil }
        if let name = reader.scalar("mirror") { return EdgeConfiguration.Mirror(upstream: name) }
        guard let section = reader.section("mirror", .mirror) else { return nil }
        if !section.has("upstream") { section.missing("upstream", "name the upstream that gets copies") }
        guard let name = section.string("upstream", expecting: "the name of an upstream") else { return nil }
        var mirror = EdgeConfiguration.Mirror(upstream: name)
        section.set(&mirror.percent, "percent", 1...100)
        return mirror
    }

    private func readRewrite(_ reader: MappingReader) -> EdgeConfiguration.Rewrite? {
        guard reader.has("rewrite"), let section = reader.section("rewrite", .rewrite) else { return nil }
        let what = "a path such as /hotels/{id}"
        let key = section.has("path") ? "path" : "prefix"
        if section.has("path") == section.has("prefix") {
            section.missing(key, "write one of {prefix: /new} and {path: /hotels/{id}}")
            return nil
        }
        guard let text = section.string(key, expecting: what, limit: 1_024) else { return nil }
        let problem = EdgeConfiguration.PathPattern.problem(with: text) ?? (text.contains("*") ? "'*' is in it" : nil)
        if let problem {
            section.report(key, section.node(key, expecting: what), problem, "write \(what)")
            return nil
        }
        return key == "path" ? .path(text) : .prefix(text)
    }
}
