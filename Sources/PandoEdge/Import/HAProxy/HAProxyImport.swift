/// Translates haproxy.cfg: frontends to listeners and routes, backends to upstreams.
struct HAProxyImport {
    var draft = ImportDraft()
    /// Names of upstreams by those of backends, and the backends.
    var names: [String: String] = [:]
    var backends: [String: HAProxySection] = [:]
    /// Hosts, paths, methods and fields that have a route.
    var taken: Set<HAProxyMatch> = []

    mutating func read(_ sections: [HAProxySection]) {
        for section in sections { noteSection(section) }
        for section in sections where ["backend", "listen"].contains(section.kind) { readBackend(section) }
        let fronts = sections.filter { ["frontend", "listen"].contains($0.kind) }.map(HAProxyFront.init)
        for front in fronts where !front.section.isHTTP { readBytes(front) }
        for front in ofOneSite(fronts.filter { $0.section.isHTTP && !$0.isStatistics }) { readFront(front) }
    }

    private mutating func noteSection(_ section: HAProxySection) {
        if !["global", "defaults", "frontend", "backend", "listen"].contains(section.kind) {
            let line = HAProxyLine(words: [section.kind, section.name], place: section.place)
            return noteUntranslated(line)
        }
        for line in section.lines {
            if section.kind == "global", line.words[0] == "nbthread",
                let count = ImportValues.digits((line.words.last ?? "")[...])
            {
                if (1...256).contains(count) { draft.file["workers"] = .number(count) }
            } else if section.kind == "global", line.words[0] == "maxconn" {
                draft.note(.untranslated, line.place, line.text, "see 'limits.connections' of a listener")
            } else if !(line.words[0] == "maxconn" || line.words.starts(with: ["option", "httpchk"])
                || line.words.starts(with: ["option", "tcp-check"]))
            {
                noteUntranslated(line)
            }
        }
    }

    mutating func noteUntranslated(_ line: HAProxyLine) {
        if HAProxyTables.translated.contains(line.words[0]) { return }
        if let found = HAProxyTables.unneeded.first(where: { HAProxyTables.begins(line, $0.words) }) {
            return draft.note(.unneeded, line.place, line.text, found.reason)
        }
        let isGuard = line.words[0] == "tcp-request" && line.words.contains { ["reject", "accept"].contains($0) }
        let remedy = HAProxyTables.remedies.first { HAProxyTables.begins(line, $0.words) }?.remedy
        let advice = remedy ?? "the edge has nothing like it; see docs/edge-configuration.md"
        draft.note(isGuard ? .protection : .untranslated, line.place, line.text, advice)
    }

    /// Routes hold for all listeners of a file, so a frontend on a port of its own, which may be one for insiders, cannot be in it.
    private mutating func ofOneSite(_ fronts: [HAProxyFront]) -> [HAProxyFront] {
        func site(_ front: HAProxyFront) -> Set<String> { Set(front.binds.map { $0.isPublic ? "public" : $0.address }) }
        let serving = fronts.filter { !$0.isRedirectToHTTPS }
        guard let first = (serving.first { site($0).contains("public") } ?? serving.first).map(site) else {
            return fronts
        }
        return fronts.filter { front in
            let own = site(front)
            if front.isRedirectToHTTPS || own == first || own.contains("public") && first.contains("public") {
                return true
            }
            let advice = "routes hold for all listeners of a file: give this frontend an edge and a file of its own"
            draft.note(.untranslated, front.section.place, "\(front.section.kind) \(front.section.name)", advice)
            return false
        }
    }

    private mutating func readBytes(_ front: HAProxyFront) {
        let section = front.section
        let title = "\(section.kind) \(section.name)"
        let name =
            section.kind == "listen" ? section.name : section.one("default_backend")?.words.dropFirst().first ?? ""
        let rules = section.lines.filter { ["use_backend", "tcp-request"].contains($0.words[0]) }
        for line in rules where line.words[0] == "use_backend" {
            draft.note(
                .untranslated,
                line.place,
                line.text,
                "write 'protocol: tlsPassthrough' with 'names' for choices by SNI"
            )
        }
        guard let upstream = names[name] else {
            return draft.note(.untranslated, section.place, title, "it has no default_backend with servers")
        }
        for bind in front.binds {
            var listener = listener(bind, front)
            if listener["certificates"] != nil {
                draft.note(
                    .untranslated,
                    bind.line.place,
                    bind.line.text,
                    "tcp does not open TLS, so this address is left out: use https"
                )
                continue
            }
            listener["protocol"] = .word("tcp")
            listener["upstream"] = .text(upstream)
            draft.listeners.append(listener)
        }
    }
}
