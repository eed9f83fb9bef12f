/// The rules of a frontend in the order in which HAProxy looks at them.
struct HAProxyRules {
    enum Action: Sendable {
        case backend(String, HAProxyLine)
        /// A key of a route with its value.
        case answer(String, YAMLDraft, HAProxyLine)
    }

    typealias Note = (kind: EdgeImport.Note.Kind, line: HAProxyLine, advice: String)

    let section: HAProxySection
    private(set) var rules: [(matches: [HAProxyMatch], action: Action)] = []
    /// Changes of fields that hold for all requests.
    private(set) var changes: [HAProxyLine] = []
    private(set) var notes: [Note] = []

    /// - Parameter redirect: A line that became a listener's.
    init(_ section: HAProxySection, redirect: HAProxyLine?) {
        self.section = section
        let conditions = HAProxyConditions(section)
        // Rules of http-request come before those of backends, wherever they stand.
        for line in section.lines where line != redirect {
            switch line.words[0] {
            case "http-request", "http-response": readHTTP(line, conditions)
            case "redirect": readAnswer(line, line.words, conditions)
            case "monitor-uri" where line.words.count > 1: readMonitor(line)
            default: break
            }
        }
        for line in section.lines where line.words[0] == "use_backend" && line.words.count > 1 {
            add(.backend(line.words[1], line), line, conditions)
        }
        let last = section.one("default_backend")
        if let last, last.words.count > 1 {
            rules.append(([HAProxyMatch()], .backend(last.words[1], last)))
        } else if section.kind == "listen" {
            rules.append(
                (
                    [HAProxyMatch()],
                    .backend(section.name, HAProxyLine(words: ["listen", section.name], place: section.place))
                )
            )
        }
    }

    private mutating func readHTTP(_ line: HAProxyLine, _ conditions: HAProxyConditions) {
        let verb = line.words.dropFirst().first ?? ""
        switch verb {
        case "deny", "reject", "redirect", "return", "tarpit", "silent-drop":
            readAnswer(line, Array(line.words.dropFirst()), conditions)
        case "set-header", "add-header", "del-header":
            let isLong = line.words.count > (verb == "del-header" ? 2 : 3)
            let isPlain = isLong && !line.words.contains("if") && !line.words.contains("unless")
            let name = isLong ? line.words[2].lowercased() : ""
            if ["x-forwarded-proto", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port"].contains(name),
                line.words[0] == "http-request"
            {
                notes.append(
                    (.unneeded, line, "X-Forwarded-For, -Proto and -Host are always sent; see 'trustedProxies'")
                )
            } else if isPlain, verb == "del-header" || !line.words[3].contains("%") {
                changes.append(line)
            } else {
                notes.append(
                    (
                        .untranslated, line,
                        "a field's value has no variables, and its change no condition but the route's"
                    )
                )
            }
        case "track-sc0", "track-sc1", "track-sc2":
            notes.append((.protection, line, "write 'limits: {rate: …}' at the route, by client, route or header"))
        case "auth": notes.append((.protection, line, "use 'authentication: {jwt: …}' or '{mutualTLS: …}'"))
        case "set-log-level", "capture", "disable-l7-retry": notes.append((.unneeded, line, "see 'accessLog'"))
        default: notes.append((.untranslated, line, "see 'rewrite' and 'requestHeaders' of routes"))
        }
    }

    /// Lines that answer in place of a server.
    private mutating func readAnswer(_ line: HAProxyLine, _ words: [String], _ conditions: HAProxyConditions) {
        func number(_ key: String) -> Int? { line.value(after: key).flatMap { ImportValues.digits($0[...]) } }
        switch words.first {
        case "redirect":
            guard let redirect = redirect(words, code: number("code") ?? 302) else {
                return notes.append((.untranslated, line, "write 'redirect' with {host}, {path} and {query}"))
            }
            add(.answer("redirect", redirect, line), line, conditions)
        case "return":
            let status = number("status") ?? 200
            guard (200...599).contains(status),
                let text = line.value(after: "string") ?? (words.contains("lf-string") ? nil : "")
            else {
                return notes.append((.untranslated, line, "write 'respond'"))
            }
            var respond = YAMLMapping(.respond)
            respond["status"] = .number(status)
            if !text.isEmpty { respond["body"] = .text(text) }
            if let type = line.value(after: "content-type") { respond["contentType"] = .text(type) }
            add(
                .answer("respond", respond.entries.count == 1 ? .number(status) : .mapping(respond), line),
                line,
                conditions
            )
        default:
            let status = number("deny_status") ?? number("status") ?? 403
            add(.answer("respond", .number((200...599).contains(status) ? status : 403), line), line, conditions)
        }
    }

    private func redirect(_ words: [String], code: Int) -> YAMLDraft? {
        guard words.count > 2, [301, 302, 303, 307, 308].contains(code) else { return nil }
        let target: String
        switch words[1] {
        case "location": target = words[2]
        case "prefix": target = (words[2].hasSuffix("/") ? String(words[2].dropLast()) : words[2]) + "{path}{query}"
        case "scheme" where ["http", "https"].contains(words[2]): target = "\(words[2])://{host}{path}{query}"
        default: return nil
        }
        let text = words[2]
        guard !text.contains("%"), !text.contains("{"), target.hasPrefix("/") || target.hasPrefix("http") else {
            return nil
        }
        var redirect = YAMLMapping(.redirect)
        redirect["to"] = .text(target)
        if code != 308 { redirect["status"] = .number(code) }
        return code == 308 ? .text(target) : .mapping(redirect)
    }

    private mutating func readMonitor(_ line: HAProxyLine) {
        guard line.words[1].hasPrefix("/"), EdgeConfiguration.PathPattern.problem(with: line.words[1]) == nil else {
            return
        }
        rules.append(([HAProxyMatch(path: line.words[1])], .answer("respond", .number(200), line)))
    }

    private mutating func add(_ action: Action, _ line: HAProxyLine, _ conditions: HAProxyConditions) {
        let isGuard = line.words.contains { ["deny", "reject", "tarpit", "silent-drop"].contains($0) }
        guard let matches = conditions.matches(of: line) else {
            let advice = "routes ask for hosts, beginnings of paths, methods and fields"
            if isGuard, conditions.asksForAddress(line) {
                rules.append((conditions.enclosing(line), .answer("respond", .number(403), line)))
                let remedy =
                    "the route answers 403 until that is decided; clients are kept out by address in 'deny', or on a listener of its own"
                return notes.append((.protection, line, remedy))
            }
            let remedy =
                isGuard
                ? "it keeps clients out, and cannot be translated: see 'deny' and 'limits'; \(advice)"
                : "its condition cannot be translated; \(advice)"
            return notes.append((isGuard ? .protection : .untranslated, line, remedy))
        }
        rules.append((matches, action))
        guard let path = conditions.cutSegment(line) else { return }
        notes.append((isGuard ? .protection : .differs, line, ImportValues.wholeSegments(path)))
    }
}
