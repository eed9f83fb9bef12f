/// Translates nginx.conf: `http` with its servers and locations, and `stream`.
struct NginxImport {
    var draft = ImportDraft()
    /// Names of upstreams by what `proxy_pass` says.
    var names: [String: String] = [:]
    /// `limit_req_zone` by its name.
    var zones: [String: NginxDirective] = [:]
    /// The largest bodies of places with servers behind them; nil for any size.
    var bodies: [Int?] = []
    /// Hosts, paths and methods that have a route.
    var taken: Set<String> = []
    /// What listeners take; nil for any size. nginx takes 1 MiB where nothing is said.
    var largestBody: Int? { bodies.contains(nil) ? nil : bodies.compactMap(\.self).max() ?? 1 << 20 }

    mutating func read(_ directives: [NginxDirective]) {
        var http: [NginxDirective] = []
        var loose: [NginxDirective] = []
        for directive in directives {
            switch (directive.name, directive.block) {
            case ("http", let block?): http += block
            case ("stream", let block?): readStream(block)
            case ("worker_processes", _): readWorkers(directive)
            // A file of sites-available has what stands in `http`.
            case ("server", _), ("upstream", _), ("limit_req_zone", _): loose.append(directive)
            default: noteUntranslated(directive, isTop: true)
            }
        }
        readHTTP(NginxScope(levels: [http + loose]))
    }

    private mutating func readWorkers(_ directive: NginxDirective) {
        guard let count = ImportValues.digits(directive.first[...]), (1...256).contains(count) else { return }
        draft.file["workers"] = .number(count)
    }

    private mutating func readHTTP(_ scope: NginxScope) {
        for directive in scope.own where directive.name == "limit_req_zone" {
            if let zone = directive.arguments.first(where: { $0.hasPrefix("zone=") })?.dropFirst(5) {
                zones[String(zone.prefix { $0 != ":" })] = directive
            }
        }
        for directive in scope.own {
            if directive.name == "upstream", let block = directive.block {
                readUpstream(directive, block)
            } else {
                noteUntranslated(directive)
            }
        }
        readServers(scope)
        dropCommonBodies()
        readAccessLog(scope)
    }

    private mutating func readAccessLog(_ scope: NginxScope) {
        guard let log = scope.one("access_log") else { return }
        if log.first == "off" {
            draft.file["accessLog"] = .word("off")
        } else if log.first.hasPrefix("/") && !log.first.contains("$") && !log.first.hasPrefix("/dev/") {
            draft.file.change("accessLog", .accessLog) {
                $0["format"] = .word("combined")
                $0["file"] = .text(log.first)
            }
        } else {
            draft.file["accessLog"] = .word("combined")
        }
    }

    /// Says what becomes of a directive that no part of the translation reads.
    mutating func noteUntranslated(_ directive: NginxDirective, isTop: Bool = false) {
        if let reason = NginxTables.unneeded[directive.name] {
            return draft.note(.unneeded, directive.place, directive.words, reason)
        }
        if NginxTables.translated.contains(directive.name), !isTop { return }
        let isGuard = NginxTables.guards.contains(directive.name)
        let remedy =
            NginxTables.remedies[directive.name] ?? "the edge has nothing like it; see docs/edge-configuration.md"
        draft.note(isGuard ? .protection : .untranslated, directive.place, directive.words, remedy)
    }
}
