extension NginxImport {
    mutating func readProxyPass(_ line: NginxDirective, _ place: NginxPlace, _ route: inout YAMLMapping) {
        guard let target = NginxTarget(line.first),
            let name = upstream(target.authority, isSecure: target.isSecure, line.place, verifiesTLS: tls(place.scope))
        else {
            route["respond"] = .number(501)
            return draft.note(
                .untranslated,
                line.place,
                line.words,
                "the route answers 501; name an upstream, without variables"
            )
        }
        route["upstream"] = .text(name)
        if target.isSecure, !(place.scope.one("proxy_ssl_verify")?.isOn ?? false) {
            let advice =
                "the servers' certificates are checked; where they have none that can be, write 'verify: false'"
            draft.note(.differs, line.place, line.words, advice)
        }
        if !place.scope.all("proxy_set_header").contains(where: { $0.first.lowercased() == "host" }) {
            draft.note(
                .differs,
                line.place,
                line.words,
                "servers see the Host of the client; nginx sent the name in proxy_pass"
            )
        }
        readRewrite(target, place, &route)
        readRequestFields(place.scope, &route)
        readBounds(place.scope, &route)
        readTimes(place.scope, &route)
        readResponse(place.scope, &route)
        readGzip(place.scope, &route)
    }

    private func tls(_ scope: NginxScope) -> YAMLDraft? {
        var tls = YAMLMapping(.upstreamTLS)
        if let file = scope.one("proxy_ssl_trusted_certificate") { tls["authorities"] = .text(file.first) }
        if let name = scope.one("proxy_ssl_name"), !name.first.contains("$") { tls["name"] = .text(name.first) }
        return tls.isEmpty ? nil : .mapping(tls)
    }

    /// A URI in `proxy_pass` takes the place of the location's path.
    private mutating func readRewrite(_ target: NginxTarget, _ place: NginxPlace, _ route: inout YAMLMapping) {
        guard let uri = target.uri else { return }
        let isPrefix = place.path.hasSuffix("/*")
        let own = isPrefix ? String(place.path.dropLast(1)) : place.path
        let same = uri == own || uri + "/" == own
        guard !same else { return }
        var rewrite = YAMLMapping(.rewrite)
        let trimmed = uri.count > 1 && uri.hasSuffix("/") ? String(uri.dropLast()) : uri
        let problem =
            EdgeConfiguration.PathPattern.problem(with: trimmed) != nil || trimmed.contains { "{*?$".contains($0) }
        guard !problem else {
            route["upstream"] = nil
            route["respond"] = .number(501)
            return draft.note(
                .untranslated,
                place.line.place,
                place.line.words,
                "the route answers 501; write 'rewrite'"
            )
        }
        rewrite[isPrefix ? "prefix" : "path"] = .text(trimmed)
        route["rewrite"] = .mapping(rewrite)
    }

    private mutating func readRequestFields(_ scope: NginxScope, _ route: inout YAMLMapping) {
        var (set, remove) = (YAMLMapping(), [String]())
        for line in scope.all("proxy_set_header") {
            let (name, value) = (line.first, line.arguments.dropFirst().first ?? "")
            switch name.lowercased() {
            case "host" where ["$host", "$http_host"].contains(value):
                draft.note(.unneeded, line.place, line.words, "servers see the Host of the client")
            case "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host",
                "x-forwarded-port" where value.contains("$"):
                draft.note(
                    .unneeded,
                    line.place,
                    line.words,
                    "X-Forwarded-For, -Proto and -Host are always sent; see 'trustedProxies'"
                )
            case "upgrade", "connection":
                draft.note(.unneeded, line.place, line.words, "WebSockets pass, and connections are kept")
            case "x-real-ip" where value == "$remote_addr":
                draft.note(
                    .untranslated,
                    line.place,
                    line.words,
                    "let the servers read X-Forwarded-For, which cannot be forged"
                )
            case _ where value.isEmpty: remove.append(name)
            case "host": draft.note(.untranslated, line.place, line.words, "servers see the Host of the client")
            case _ where value.contains("$"):
                draft.note(.untranslated, line.place, line.words, "a field's value has no variables")
            default: set[name] = .text(value)
            }
        }
        route.change("requestHeaders", .headerChanges) {
            if !set.isEmpty { $0["set"] = .mapping(set) }
            if !remove.isEmpty { $0["remove"] = .texts(remove) }
        }
    }

    private mutating func readBounds(_ scope: NginxScope, _ route: inout YAMLMapping) {
        let size = scope.one("client_max_body_size").flatMap { ImportValues.size($0.first) } ?? 1 << 20
        bodies.append(size == 0 ? nil : size)
        var rates: [YAMLDraft] = []
        for line in scope.all("limit_req") {
            guard let rate = rate(of: line) else {
                draft.note(
                    .protection,
                    line.place,
                    line.words,
                    "write 'limits: {rate: …}' at the route, by client, route or header"
                )
                continue
            }
            rates.append(rate)
            if !line.arguments.contains("nodelay") {
                draft.note(
                    .differs,
                    line.place,
                    line.words,
                    "a burst passes at once, as with 'nodelay'; what is over it gets 429"
                )
            }
        }
        route.change("limits", .routeLimits) {
            if size > 0 { $0["bodyBytes"] = .word(Units.text(bytes: size)) }
            if !rates.isEmpty { $0["rate"] = rates.count == 1 ? rates[0] : .list(Array(rates.prefix(16))) }
        }
    }

    private func rate(of line: NginxDirective) -> YAMLDraft? {
        func value(_ key: String, _ words: [String]) -> Substring? {
            words.first { $0.hasPrefix("\(key)=") }?.dropFirst(key.count + 1)
        }
        guard let name = value("zone", line.arguments), let zone = zones[String(name)] else { return nil }
        guard let text = value("rate", zone.arguments), text.hasSuffix("r/s") || text.hasSuffix("r/m") else {
            return nil
        }
        guard let count = ImportValues.digits(text.dropLast(3)), count > 0 else { return nil }
        var rate = YAMLMapping(.rate)
        rate["rate"] = .word("\(min(count, 10_000_000))/\(text.suffix(1))")
        rate["burst"] = .number(min((value("burst", line.arguments).flatMap(ImportValues.digits) ?? 0) + 1, 10_000_000))
        switch zone.first {
        case "$binary_remote_addr", "$remote_addr": break
        case "$server_name", "$host": rate["by"] = .word("route")
        case let key where key.hasPrefix("$http_"):
            rate["by"] = .text("header \(key.dropFirst(6).replacing("_", with: "-"))")
        default: return nil
        }
        return .mapping(rate)
    }

    private mutating func readTimes(_ scope: NginxScope, _ route: inout YAMLMapping) {
        func time(_ name: String) -> Duration? { scope.one(name).flatMap { ImportValues.nginxTime($0.first) } }
        let idle = [time("proxy_read_timeout"), time("proxy_send_timeout")].compactMap(\.self).max()
        let connect = time("proxy_connect_timeout")
        guard idle ?? .seconds(60) != .seconds(60) || connect != nil else { return }
        route.change("timeouts", .timeouts) {
            if let connect, connect != .seconds(3) {
                $0["connect"] = ImportValues.time(connect, .milliseconds(1) ... .seconds(300))
            }
            guard let idle, idle != .seconds(60) else { return }
            $0["idle"] = ImportValues.time(idle, .milliseconds(100) ... .seconds(604_800))
            // nginx bounds the silence and not the whole.
            if idle > .seconds(60) { $0["total"] = .word("off") }
        }
    }

    private mutating func readGzip(_ scope: NginxScope, _ route: inout YAMLMapping) {
        guard scope.one("gzip")?.isOn ?? false else { return }
        var compression = YAMLMapping(.compression)
        if let level = scope.one("gzip_comp_level").flatMap({ ImportValues.digits($0.first[...]) }), level != 5 {
            compression["level"] = .number(min(max(level, 1), 9))
        }
        if let least = scope.one("gzip_min_length").flatMap({ ImportValues.size($0.first) }), least != 1_024 {
            compression["minimumBytes"] = .word(Units.text(bytes: min(least, 1 << 30)))
        }
        if let types = scope.one("gzip_types")?.arguments.filter({ $0 != "*" && $0.contains("/") }), !types.isEmpty {
            compression["types"] = .list(
                (types.contains("text/html") ? types : ["text/html"] + types).map(YAMLDraft.text)
            )
        }
        route["compression"] = compression.isEmpty ? .word("on") : .mapping(compression)
    }

    mutating func readResponse(_ scope: NginxScope, _ route: inout YAMLMapping) {
        var (add, remove) = (YAMLMapping(), [String]())
        for line in scope.all("add_header") {
            guard line.arguments.count > 1, !line.arguments[1].contains("$") else {
                draft.note(.untranslated, line.place, line.words, "a field's value has no variables")
                continue
            }
            add[line.first] = .text(line.arguments[1])
        }
        remove += scope.all("proxy_hide_header").map(\.first)
        route.change("responseHeaders", .headerChanges) {
            if !add.isEmpty { $0["add"] = .mapping(add) }
            if !remove.isEmpty { $0["remove"] = .texts(remove) }
        }
    }
}

/// What `proxy_pass` names.
struct NginxTarget {
    let isSecure: Bool
    /// The name of an upstream, or an address.
    let authority: String
    /// What takes the place of the location; nil where the path stays.
    let uri: String?

    init?(_ text: String) {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }), !text.contains("$") else {
            return nil
        }
        isSecure = scheme == "https://"
        let rest = text.dropFirst(scheme.count)
        if rest.hasPrefix("unix:") {
            // `unix:/run/app.sock:/path`
            let parts = rest.dropFirst(5).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let path = parts.first, !path.isEmpty else { return nil }
            (authority, uri) = ("unix:\(path)", parts.count == 2 && !parts[1].isEmpty ? String(parts[1]) : nil)
            return
        }
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        guard end > rest.startIndex else { return nil }
        authority = String(rest[..<end])
        uri = end == rest.endIndex ? nil : String(rest[end...])
    }
}
