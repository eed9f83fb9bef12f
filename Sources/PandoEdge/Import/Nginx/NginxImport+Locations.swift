extension NginxImport {
    mutating func readServer(_ server: NginxServer) {
        if server.hosts.isEmpty, !server.untranslated.isEmpty, !server.isDefault {
            let advice = "none of its names can be translated, so none of its locations is; name the hosts"
            return draft.note(.untranslated, server.directive.place, "server", advice)
        }
        let hosts = server.isDefault ? [] : server.hosts
        noteConditions(server.scope)
        // A return of the server comes before all locations.
        if let line = server.scope.own.first(where: { $0.name == "return" }) {
            let place = NginxPlace(scope: server.scope, hosts: hosts, path: "/*", line: line)
            return addRoute(place)
        }
        let locations = flattened(server.scope)
        let named = Dictionary(
            locations.filter { $0.line.first.hasPrefix("@") }.map { ($0.line.first, $0.scope) },
            uniquingKeysWith: { first, _ in first }
        )
        for (line, scope) in locations where !line.first.hasPrefix("@") {
            readLocation(line, scope, hosts, named)
        }
        addRest(server, hosts, named)
    }

    /// Locations within locations match as if they stood beside them.
    private func flattened(_ scope: NginxScope) -> [(line: NginxDirective, scope: NginxScope)] {
        scope.own.filter { $0.name == "location" }.flatMap { line in
            let inner = scope.within(line.block ?? [])
            return [(line, inner)] + flattened(inner)
        }
    }

    private mutating func readLocation(
        _ line: NginxDirective,
        _ scope: NginxScope,
        _ hosts: [String],
        _ named: [String: NginxScope]
    ) {
        for directive in scope.own { noteUntranslated(directive) }
        noteConditions(scope, isRefused: true)
        let isRefused = !guards(scope).isEmpty || scope.own.contains { $0.name == "return" && $0.first.hasPrefix("4") }
        guard let path = pattern(of: line) else {
            let advice =
                isRefused
                ? "it keeps clients out, and a regular expression cannot be translated: list the paths in 'deny: {paths: […]}'"
                : "there are no regular expressions: write '/about', '/hotels/{id}' or '/api/*'"
            return draft.note(isRefused ? .protection : .untranslated, line.place, line.words, advice)
        }
        if line.arguments.count == 1, !line.first.hasSuffix("/"), path.hasSuffix("/*") {
            let advice = ImportValues.wholeSegments(line.first)
            draft.note(isRefused ? .protection : .differs, line.place, line.words, advice)
        }
        addRoute(NginxPlace(scope: scope, hosts: hosts, path: path, line: line, named: named))
    }

    /// What no location takes.
    private mutating func addRest(_ server: NginxServer, _ hosts: [String], _ named: [String: NginxScope]) {
        let key = { (host: String) in "\(host) /* []" }
        guard (hosts.isEmpty ? [""] : hosts).contains(where: { !taken.contains(key($0)) }) else { return }
        let place = NginxPlace(scope: server.scope, hosts: hosts, path: "/*", line: server.directive, named: named)
        addRoute(place)
    }

    /// The path of a location as routes have it; nil for a regular expression that is more than a path.
    private func pattern(of line: NginxDirective) -> String? {
        let (modifier, text) = line.arguments.count > 1 ? (line.first, line.arguments[1]) : ("", line.first)
        let path: String
        switch modifier {
        case "=": path = text
        case "", "^~": path = text.hasSuffix("/") ? text + "*" : text + "/*"
        case "~":
            // Only literals with a beginning, and an end or a slash before nothing.
            guard text.hasPrefix("^/") else { return nil }
            let isWhole = text.hasSuffix("$")
            let literal = String(text.dropFirst().dropLast(isWhole ? 1 : 0))
            guard literal.utf8.allSatisfy({ isLiteral($0) }), isWhole || literal.hasSuffix("/") else { return nil }
            path = isWhole ? literal : literal + "*"
        default: return nil
        }
        guard path.hasPrefix("/"), !path.contains("{"), EdgeConfiguration.PathPattern.problem(with: path) == nil else {
            return nil
        }
        return path
    }

    private func isLiteral(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "/-_".utf8.contains(byte)
    }

    /// An `if` is a program. It is never run, and where it refused something that is said first.
    ///
    /// - Parameter isRefused: Whether a place whose `if` refused something answers 403.
    private mutating func noteConditions(_ scope: NginxScope, isRefused: Bool = false) {
        for line in scope.own where line.name == "if" {
            let isGuard = isGuard(line)
            let remedy = "write routes with 'host', 'methods' or 'headers', or 'deny: {userAgents: …}'"
            let advice = isGuard && isRefused ? "the route answers 403 until that is decided; \(remedy)" : remedy
            draft.note(isGuard ? .protection : .untranslated, line.place, line.words, advice)
        }
        for line in scope.own where ["rewrite", "error_page"].contains(line.name) {
            let advice =
                line.name == "rewrite"
                ? "write 'redirect', or 'rewrite: {prefix: …}' or 'rewrite: {path: …}', at a route"
                : "errors are passed on as servers send them"
            draft.note(.untranslated, line.place, line.words, advice)
        }
    }

    /// Whether it is an `if` that keeps clients out.
    func isGuard(_ line: NginxDirective) -> Bool {
        line.name == "if"
            && (line.block ?? []).contains { ["return", "deny"].contains($0.name) && !$0.first.hasPrefix("3") }
    }

    /// Rules about who may that hold at a place.
    func guards(_ scope: NginxScope) -> [NginxDirective] {
        ["deny", "auth_basic", "auth_request", "auth_jwt", "internal"].flatMap { name in
            name == "internal" ? scope.own.filter { $0.name == name } : scope.all(name)
        }.filter { $0.first != "off" }
    }

    mutating func dropCommonBodies() {
        guard let largest = largestBody.map({ Units.text(bytes: $0) }) else { return }
        for index in draft.routes.indices {
            draft.routes[index].change("limits", .routeLimits) { limits in
                if limits["bodyBytes"] == .word(largest) { limits["bodyBytes"] = nil }
            }
        }
    }
}

/// Where a route comes from.
struct NginxPlace {
    let scope: NginxScope
    let hosts: [String]
    let path: String
    let line: NginxDirective
    var named: [String: NginxScope] = [:]
}
