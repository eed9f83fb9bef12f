extension HAProxyImport {
    mutating func readFront(_ front: HAProxyFront) {
        let section = front.section
        for bind in front.binds {
            var listener = listener(bind, front)
            if front.redirectToHTTPS != nil, !bind.isSecure { listener["redirectToHTTPS"] = .word("true") }
            draft.listeners.append(listener)
        }
        if front.isRedirectToHTTPS { return }
        let rules = HAProxyRules(section, redirect: front.redirectToHTTPS)
        noteRules(rules)
        var done: [(match: HAProxyMatch, action: HAProxyRules.Action)] = []
        for rule in rules.rules {
            for match in rule.matches {
                // Of two rules HAProxy takes the first, and the edge the stronger: what both take goes to the first.
                for earlier in done where match.isStronger(than: earlier.match) {
                    guard let both = earlier.match.and(match), both != earlier.match else { continue }
                    add(both, earlier.action, rules)
                }
                add(match, rule.action, rules)
                if done.count < 500 { done.append((match, rule.action)) }
            }
        }
    }

    private mutating func noteRules(_ rules: HAProxyRules) {
        for note in rules.notes { draft.note(note.kind, note.line.place, note.line.text, note.advice) }
        for rule in rules.rules {
            guard case .backend(let name, let line) = rule.action, names[name] == nil else { continue }
            draft.note(
                .untranslated,
                line.place,
                line.text,
                "the route answers 503: there is no backend '\(name)' with servers"
            )
        }
    }

    private mutating func add(_ match: HAProxyMatch, _ action: HAProxyRules.Action, _ rules: HAProxyRules) {
        guard draft.routes.count < 10_000, taken.insert(match).inserted else { return }
        var route = YAMLMapping(.route)
        match.write(to: &route)
        switch action {
        case .backend(let name, let line):
            route.comment = line.place.description
            if let upstream = names[name], let backend = backends[name] {
                route["upstream"] = .text(upstream)
                readPassing(rules, backend, into: &route)
            } else {
                route["respond"] = .number(503)
            }
        case .answer(let key, let value, let line):
            route.comment = line.place.description
            route[key] = value
        }
        draft.routes.append(route)
    }

    /// Changes of fields, and compression, of a frontend and its backend.
    private mutating func readPassing(_ rules: HAProxyRules, _ backend: HAProxySection, into route: inout YAMLMapping) {
        let own = HAProxyRules(backend, redirect: nil)
        for note in own.notes { draft.note(note.kind, note.line.place, note.line.text, note.advice) }
        let hasRules = own.rules.contains { rule in
            if case .answer = rule.action { true } else { false }
        }
        if hasRules, backend.kind == "backend" {
            let advice = "rules of a backend are not translated: write them at the frontend, and import again"
            draft.note(.protection, backend.place, "backend \(backend.name)", advice)
        }
        var changes = rules.changes
        if backend.kind == "backend" { changes += own.changes }
        for (key, verb) in [("requestHeaders", "http-request"), ("responseHeaders", "http-response")] {
            route.change(key, .headerChanges) { mapping in
                for change in changes where change.words[0] == verb { write(change, to: &mapping) }
            }
        }
        let lines = backend.all("compression") + rules.section.all("compression")
        guard lines.contains(where: { $0.words.starts(with: ["compression", "algo"]) }) else { return }
        let types = lines.filter { $0.words.starts(with: ["compression", "type"]) }.flatMap { $0.words.dropFirst(2) }
        var compression = YAMLMapping(.compression)
        if !types.isEmpty { compression["types"] = .list(types.map(YAMLDraft.text)) }
        route["compression"] = compression.isEmpty ? .word("on") : .mapping(compression)
    }

    private func write(_ line: HAProxyLine, to mapping: inout YAMLMapping) {
        let name = line.words[2]
        switch line.words[1] {
        case "set-header": mapping.change("set", nil) { $0[name] = .text(line.words[3]) }
        case "add-header": mapping.change("add", nil) { $0[name] = .text(line.words[3]) }
        default:
            var names = [String]()
            if case .list(let old)? = mapping["remove"] {
                names = old.compactMap { if case .text(let name) = $0 { name } else { nil } }
            }
            if !names.contains(name) { mapping["remove"] = .list((names + [name]).map(YAMLDraft.text)) }
        }
    }

    mutating func listener(_ bind: HAProxyBind, _ front: HAProxyFront) -> YAMLMapping {
        let (section, line) = (front.section, bind.line)
        var listener = YAMLMapping(.listener)
        listener.comment = line.place.description
        listener["address"] = ImportValues.digits(bind.address[...]).map(YAMLDraft.number) ?? .text(bind.address)
        if bind.isSecure { readTLS(line, into: &listener) }
        if line.words.contains("accept-proxy") {
            listener["proxyProtocolFrom"] = .list([])
            draft.note(
                .protection,
                line.place,
                line.text,
                "name the networks of the proxies in 'proxyProtocolFrom'; from others it is an error"
            )
        }
        func time(_ name: String) -> Duration? {
            section.one("timeout", name).flatMap { $0.words.last }.flatMap(ImportValues.haproxyTime)
        }
        listener.change("limits", .listenerLimits) {
            if let most = section.one("maxconn").flatMap({ ImportValues.digits(($0.words.last ?? "")[...]) }),
                most != 20_000
            {
                $0["connections"] = .number(min(max(most, 1), 1_000_000))
            }
            let (short, long) = (
                Duration.milliseconds(100) ... .seconds(300), Duration.milliseconds(100) ... .seconds(3_600)
            )
            if let head = time("http-request"), head != .seconds(10) {
                $0["headerTimeout"] = ImportValues.time(head, short)
            }
            if section.isHTTP, let client = time("client"), client != .seconds(30) {
                $0["bodyTimeout"] = ImportValues.time(client, long)
            }
            let idle = section.isHTTP ? time("http-keep-alive") ?? time("client") : time("client")
            if let idle, idle != .seconds(75) { $0["idleTimeout"] = ImportValues.time(idle, long) }
        }
        return listener
    }

    private mutating func readTLS(_ line: HAProxyLine, into listener: inout YAMLMapping) {
        let files = line.words.indices.filter { line.words[$0] == "crt" && $0 + 1 < line.words.count }.map {
            line.words[$0 + 1]
        }
        var pairs: [YAMLDraft] = []
        for file in files where !file.hasSuffix("/") {
            var pair = YAMLMapping(.certificate)
            // One PEM file holds both.
            (pair["certificate"], pair["key"]) = (.text(file), .text(file))
            pairs.append(.mapping(pair))
        }
        listener["certificates"] = pairs.isEmpty ? nil : .list(pairs)
        if pairs.isEmpty || files.contains(where: { $0.hasSuffix("/") }) || line.words.contains("crt-list") {
            listener["protocol"] = pairs.isEmpty ? .word("https") : nil
            draft.note(.untranslated, line.place, line.text, "name each certificate and its key in 'certificates'")
        }
        if let oldest = line.value(after: "ssl-min-ver"), oldest.hasPrefix("TLSv1."), oldest != "TLSv1.2" {
            listener["minimumTLS"] = .text(String(oldest.dropFirst(4)))
        }
        if let file = line.value(after: "ca-file"), let mode = line.value(after: "verify"), mode != "none" {
            listener.change("clientCertificates", .clientCertificates) {
                if mode == "optional" { $0["mode"] = .word("optional") }
                $0["authorities"] = .text(file)
            }
        }
        if let alpn = line.value(after: "alpn"), !alpn.contains("h2") { listener["http2"] = .word("false") }
    }
}
