extension NginxImport {
    /// A route for a place, unless an earlier one has all of its hosts.
    mutating func addRoute(_ place: NginxPlace) {
        var route = YAMLMapping(.route)
        route.comment = place.line.place.description
        let methods = allowedMethods(place.scope)
        let hosts = (place.hosts.isEmpty ? [""] : place.hosts).filter {
            taken.insert("\($0) \(place.path) \(methods)").inserted
        }
        guard !hosts.isEmpty else {
            let advice = "a place before it has the same host and path"
            return draft.note(.untranslated, place.line.place, place.line.words, advice)
        }
        if !place.hosts.isEmpty { route["host"] = .texts(hosts) }
        if place.path != "/*" || place.hosts.isEmpty { route["path"] = .text(place.path) }
        var others = route
        if !methods.isEmpty { route["methods"] = .list(methods.map(YAMLDraft.text)) }
        if !refuseGuarded(place, &route) { readAction(place, &route) }
        draft.routes.append(route)
        guard !methods.isEmpty else { return }
        // Or a weaker route would take them.
        others["respond"] = .number(403)
        draft.routes.append(others)
    }

    /// `limit_except GET { deny all; }`
    private func allowedMethods(_ scope: NginxScope) -> [String] {
        guard let line = scope.own.first(where: { $0.name == "limit_except" }) else { return [] }
        guard line.block?.map(\.words) == ["deny all"] else { return [] }
        return line.arguments.filter { $0 != "HEAD" || !line.arguments.contains("GET") }
    }

    /// A place whose guards are lost answers 403 until somebody has decided.
    private mutating func refuseGuarded(_ place: NginxPlace, _ route: inout YAMLMapping) -> Bool {
        let limit = place.scope.own.first { $0.name == "limit_except" && $0.block?.map(\.words) != ["deny all"] }
        let conditions = place.line.name == "location" ? place.scope.own.filter(isGuard) : []
        let found = guards(place.scope) + [limit].compactMap(\.self) + conditions
        guard let first = found.first else { return false }
        route["respond"] = .number(403)
        if found.map(\.words) == ["deny all"], place.scope.all("allow").isEmpty { return true }
        // Was told of with the other conditions.
        if first.name == "if" { return true }
        let remedies = [
            "auth_basic": "use 'authentication: {jwt: …}' or '{mutualTLS: …}', or let the server ask for passwords",
            "auth_request": "use 'authentication: {jwt: …}', or let the server decide",
            "auth_jwt": "use 'authentication: {jwt: …}'", "limit_except": "use 'methods'",
        ]
        let remedy =
            remedies[first.name]
            ?? "who may is not decided by address at a route: use 'authentication', or a listener of its own"
        draft.note(.protection, first.place, first.words, "the route answers 403 until that is decided; \(remedy)")
        return true
    }

    private mutating func readAction(_ place: NginxPlace, _ route: inout YAMLMapping) {
        let scope = place.scope
        if let line = scope.own.last(where: { $0.name == "return" }) {
            readReturn(line, place, &route)
        } else if let line = scope.own.last(where: { $0.name == "proxy_pass" }) {
            readProxyPass(line, place, &route)
        } else if let other = NginxTables.remedies.keys.first(where: { name in
            name.hasSuffix("_pass") && scope.own.contains { $0.name == name }
        }) {
            refuse(scope.own.first { $0.name == other } ?? place.line, &route)
        } else if let line = scope.one("try_files"), readTryFiles(line, place, &route) {
            return
        } else if scope.one("root") != nil || scope.own.contains(where: { $0.name == "alias" }) {
            readFiles(place, fallback: nil, &route)
        } else {
            route["respond"] = .number(404)
        }
    }

    /// What cannot be done answers so, in place of letting the request fall to a weaker route.
    private func refuse(_ line: NginxDirective, _ route: inout YAMLMapping) {
        route["respond"] = .number(501)
    }

    private mutating func readReturn(_ line: NginxDirective, _ place: NginxPlace, _ route: inout YAMLMapping) {
        let status = ImportValues.digits(line.first[...])
        let text = status == nil ? line.first : line.arguments.dropFirst().first ?? ""
        let code = status ?? 302
        guard [301, 302, 303, 307, 308].contains(code) else {
            readFixed(code, text, line, place.scope, &route)
            return
        }
        guard let target = template(text) else {
            refuse(line, &route)
            return draft.note(
                .untranslated,
                line.place,
                line.words,
                "the route answers 501; write 'redirect' with {host}, {path} and {query}"
            )
        }
        var redirect = YAMLMapping(.redirect)
        redirect["to"] = .text(target)
        if code != 308 { redirect["status"] = .number(code) }
        route["redirect"] = code == 308 ? .text(target) : .mapping(redirect)
    }

    private mutating func readFixed(
        _ code: Int,
        _ text: String,
        _ line: NginxDirective,
        _ scope: NginxScope,
        _ route: inout YAMLMapping
    ) {
        guard (200...599).contains(code), code != 444, !text.contains("$") else {
            route["respond"] = .number(code == 444 ? 403 : 501)
            let advice =
                code == 444
                ? "the answer is 403 in place of a closed connection" : "the route answers 501; write 'respond'"
            return draft.note(.differs, line.place, line.words, advice)
        }
        guard !text.isEmpty else { return route["respond"] = .number(code) }
        var respond = YAMLMapping(.respond)
        respond["status"] = .number(code)
        respond["body"] = .text(text)
        let field = scope.all("add_header").first { $0.first.lowercased() == "content-type" }?.arguments.dropFirst()
            .first
        if let type = field ?? scope.one("default_type")?.first { respond["contentType"] = .text(type) }
        route["respond"] = .mapping(respond)
    }

    /// A target with nginx's variables as the edge names them; nil where there is one that it does not know.
    private func template(_ text: String) -> String? {
        var result = text
        guard !result.contains("{") else { return nil }
        for (variable, name) in [
            ("$request_uri", "{path}{query}"), ("$is_args$args", "{query}"), ("$document_uri", "{path}"),
            ("$http_host", "{host}"),
            ("$server_name", "{host}"), ("$host", "{host}"), ("$uri", "{path}"),
        ] {
            result = result.replacing(variable, with: name)
        }
        let isTarget = result.hasPrefix("/") || result.hasPrefix("http://") || result.hasPrefix("https://")
        return result.contains("$") || !isTarget ? nil : result
    }

    /// - Returns: Whether it says what happens.
    private mutating func readTryFiles(_ line: NginxDirective, _ place: NginxPlace, _ route: inout YAMLMapping) -> Bool
    {
        guard let last = line.arguments.last else { return false }
        if last.hasPrefix("@") {
            guard let target = place.named[last], let pass = target.own.last(where: { $0.name == "proxy_pass" }) else {
                refuse(line, &route)
                draft.note(.untranslated, line.place, line.words, "the route answers 501; name an upstream")
                return true
            }
            let advice = "all goes to the servers; add a route with 'files' for a folder of files"
            draft.note(.differs, line.place, line.words, advice)
            let other = NginxPlace(scope: target, hosts: place.hosts, path: place.path, line: place.line)
            readProxyPass(pass, other, &route)
            return true
        }
        let name = last.hasPrefix("/") ? String(last.dropFirst()) : last
        let isStatus = last.hasPrefix("=")
        let isFile = !isStatus && !name.isEmpty && !name.contains { "/$?".contains($0) } && !name.hasPrefix(".")
        if !isFile, last != "=404" {
            draft.note(
                .differs,
                line.place,
                line.words,
                "a missing file is 404; write 'fallback' with the name of a file in the folder"
            )
        }
        readFiles(place, fallback: isFile ? name : nil, &route)
        return true
    }

    private mutating func readFiles(_ place: NginxPlace, fallback: String?, _ route: inout YAMLMapping) {
        let scope = place.scope
        let alias = scope.own.last { $0.name == "alias" }
        guard var folder = (alias ?? scope.one("root"))?.first, !folder.contains("$") else {
            route["respond"] = .number(501)
            return draft.note(
                .untranslated,
                place.line.place,
                place.line.words,
                "the route answers 501; write 'files: FOLDER'"
            )
        }
        // A folder of files stands for the prefix of its route, as with alias.
        let prefix = place.path.hasSuffix("/*") ? String(place.path.dropLast(2)) : ""
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        if alias == nil, !prefix.isEmpty {
            folder += prefix
            draft.note(
                .differs,
                place.line.place,
                place.line.words,
                "'files' names the folder '\(folder)', which stands for '\(prefix)'"
            )
        }
        var files = YAMLMapping(.files)
        files["folder"] = .text(folder)
        if let index = scope.one("index")?.first, index != "index.html", !index.contains("/") {
            files["index"] = .text(index)
        }
        if let fallback { files["fallback"] = .text(fallback) }
        if let age = scope.one("expires").flatMap({ ImportValues.nginxTime($0.first) }) {
            files["maxAge"] = ImportValues.time(age, .zero ... .seconds(365 * 86_400))
        }
        route["files"] = files.entries.count == 1 ? .text(folder) : .mapping(files)
        readResponse(scope, &route)
    }
}
