/// What a route can ask of a request; everything that is there holds.
struct HAProxyMatch: Sendable, Hashable {
    /// One of them; empty for any.
    var hosts: [String] = []
    var path = "/*"
    /// One of them; empty for any.
    var methods: [String] = []
    /// Conditions of the file by the names of fields.
    var headers: [String: Header] = [:]

    enum Header: Sendable, Hashable {
        case equals(String), startsWith(String), present, absent
    }

    /// In the order in which the edge compares routes.
    func isStronger(than other: HAProxyMatch) -> Bool {
        func strength(_ match: HAProxyMatch) -> [Int] {
            [
                match.hosts.isEmpty ? 0 : 1, match.path.hasSuffix("/*") ? match.path.utf8.count : 10_000,
                match.methods.isEmpty ? 0 : 1, match.headers.count,
            ]
        }
        return strength(other).lexicographicallyPrecedes(strength(self))
    }

    /// What both ask for; nil where no request has both, or where no route can say it.
    func and(_ other: HAProxyMatch) -> HAProxyMatch? {
        var both = HAProxyMatch()
        if hosts.isEmpty || other.hosts.isEmpty {
            both.hosts = hosts + other.hosts
        } else {
            both.hosts = hosts.filter(other.hosts.contains)
            if both.hosts.isEmpty { return nil }
        }
        if methods.isEmpty || other.methods.isEmpty {
            both.methods = methods + other.methods
        } else {
            both.methods = methods.filter(other.methods.contains)
            if both.methods.isEmpty { return nil }
        }
        if Self.contains(path, other.path) {
            both.path = other.path
        } else if Self.contains(other.path, path) {
            both.path = path
        } else {
            return nil
        }
        both.headers = headers
        for (name, header) in other.headers {
            if let own = both.headers[name], own != header { return nil }
            both.headers[name] = header
        }
        return both
    }

    private static func contains(_ outer: String, _ inner: String) -> Bool {
        if outer == inner { return true }
        guard outer.hasSuffix("/*") else { return false }
        let prefix = outer.dropLast(2)
        return inner == prefix || inner.hasPrefix(prefix + "/")
    }

    /// The part of a route.
    func write(to route: inout YAMLMapping) {
        if !hosts.isEmpty { route["host"] = .texts(hosts) }
        if path != "/*" || hosts.isEmpty { route["path"] = .text(path) }
        if !methods.isEmpty { route["methods"] = .list(methods.map(YAMLDraft.text)) }
        route.change("headers", nil) { mapping in
            for (name, header) in headers.sorted(by: { $0.key < $1.key }) {
                var condition = YAMLMapping(.headerCondition)
                switch header {
                case .equals(let value): mapping[name] = .text(value)
                case .startsWith(let value): condition["startsWith"] = .text(value)
                case .present: condition["present"] = .word("true")
                case .absent: condition["present"] = .word("false")
                }
                if !condition.isEmpty { mapping[name] = .mapping(condition) }
            }
        }
    }
}
