import PandoTopology

extension EdgeConfiguration {
    func checkRoutes(_ issues: inout IssueList) {
        for gateway in gateways {
            let path = "gateways.\(gateway.name)"
            if gateway.routes.isEmpty { issues.error("\(path).routes", "the gateway has no route", "add one") }
            check(gateway.limits, path, tokens: gateway.routes.allSatisfy { $0.jwt != nil }, &issues)
        }
        var named: [String: String] = [:]
        for placed in allRoutes where placed.keyPath != "routes" {
            check(placed.route, placed.keyPath, &issues)
            if let name = placed.route.name, let other = named.updateValue(placed.keyPath, forKey: name) {
                let problem = "another route is called '\(name)', so that metrics cannot tell them apart"
                issues.warn("\(placed.keyPath).name", problem, "give it another name", other: other)
            }
        }
    }

    private func check(_ route: Route, _ path: String, _ issues: inout IssueList) {
        check(route.action, route, path, &issues)
        if let mirror = route.mirror { issues.checkUpstream(mirror.upstream, "\(path).mirror") }
        checkRewrite(route, path, &issues)
        check(route.limits, path, tokens: route.jwt != nil, &issues)
        checkBody(route, path, &issues)
        if let timeouts = route.timeouts { checkTime(timeouts, path, &issues) }
        if let retries = route.retries { checkRetries(retries, nil, path, &issues) }
        checkAccess(route, path, &issues)
        if let rule = route.cache {
            check(rule, "\(path).cache", &issues)
            let isPrivate = route.jwt != nil || route.mutualTLS != nil
            if isPrivate, rule.force != nil || rule.lifetime != nil, !rule.shareCredentials {
                let problem = "answers to clients who show who they are get a lifetime of ours"
                issues.warn("\(path).cache", problem, "let the servers say Cache-Control, or cache a route of its own")
            }
        }
    }

    private func check(_ action: Action, _ route: Route, _ path: String, _ issues: inout IssueList) {
        switch action {
        case .upstream(let name): issues.checkUpstream(name, "\(path).upstream")
        case .split(let split):
            if split.parts.allSatisfy({ $0.weight == 0 }) {
                issues.error("\(path).split", "no share is above 0", "give one of them a share")
            }
            for part in split.parts { issues.checkUpstream(part.upstream, "\(path).split.\(part.upstream)") }
        case .redirect(let redirect): checkRedirect(redirect, route, path, &issues)
        case .respond(let response):
            if [204, 205, 304].contains(response.status), !response.body.isEmpty {
                issues.error("\(path).respond", "\(response.status) has no body", "remove the body")
            }
        case .files(let files): checkFiles(files, path, &issues)
        }
        if case .files = action, route.mirror != nil || route.cache != nil {
            let problem = "files are sent from the disk of the edge, so that there is nothing to mirror or to cache"
            issues.error(path, problem, "remove those keys")
        }
        let isAnswered = if case .respond = action { true } else if case .redirect = action { true } else { false }
        if isAnswered, route.mirror != nil || route.cache != nil || route.rewrite != nil {
            let problem = "the edge answers itself, so that there is nothing to mirror, to cache or to rewrite"
            issues.error(path, problem, "remove those keys")
        }
    }

    private func checkFiles(_ files: StaticFiles, _ path: String, _ issues: inout IssueList) {
        issues.checkFolder(files.folder, "\(path).files")
        for name in [files.index, files.fallback ?? files.index] where name.contains("/") || name.hasPrefix(".") {
            issues.error("\(path).files", "'\(name)' is not the name of a file in the folder", "name a file in it")
        }
    }

    private func checkRedirect(_ redirect: Redirect, _ route: Route, _ path: String, _ issues: inout IssueList) {
        checkNames(in: redirect.to, of: route, also: ["path", "query", "host"], "\(path).redirect", &issues)
        let isSame =
            redirect.to == "{path}" || redirect.to == "{path}{query}" || redirect.to == "https://{host}{path}{query}"
        if isSame, listeners.contains(where: { $0.proto == .https }), route.hosts.isEmpty {
            let problem = "a request over https is sent to where it came from"
            issues.warn("\(path).redirect", problem, "write 'redirectToHTTPS: true' at the listener for http")
        }
    }

    private func checkRewrite(_ route: Route, _ path: String, _ issues: inout IssueList) {
        switch route.rewrite {
        case nil: return
        case .prefix(let prefix):
            if prefix.contains("{") {
                issues.error("\(path).rewrite.prefix", "a prefix has no names", "write {path: \(prefix)}")
            } else if route.path.kind == .template {
                issues.error("\(path).rewrite.prefix", "'\(route.path)' has no prefix", "write {path: …}")
            }
        case .path(let text): checkNames(in: text, of: route, also: [], "\(path).rewrite.path", &issues)
        }
    }

    /// Names in braces have to be those of the path.
    private func checkNames(
        in text: String,
        of route: Route,
        also: [String],
        _ path: String,
        _ issues: inout IssueList
    ) {
        let known = route.path.parameters + also
        for part in text.split(separator: "{").dropFirst(text.hasPrefix("{") ? 0 : 1) {
            let name = String(part.prefix { $0 != "}" })
            guard !known.contains(name) else { continue }
            let hint = known.isEmpty ? "'\(route.path)' has no names" : Suggestion.hint(for: name, among: known)
            issues.error(path, "'{\(name)}' is no name of the route's path", hint)
        }
    }

    /// - Parameter tokens: Whether there are subjects to count by.
    private func check(_ limits: RouteLimits, _ path: String, tokens: Bool, _ issues: inout IssueList) {
        for (index, rate) in limits.rate.enumerated() {
            let own = "\(path).limits.rate"
            if rate.by == .subject, !tokens {
                let problem = "there is no subject to count by without a token"
                issues.error("\(own)[\(index)]", problem, "add 'authentication: {jwt: …}', or count by client")
            }
            if rate.method == .slidingWindow, rate.burst != rate.requests {
                issues.error(
                    "\(own)[\(index)].burst",
                    "a sliding window has no bursts",
                    "remove it, or use tokenBucket"
                )
            }
            if case .header(let name) = rate.by, limits.rate.count == 1 {
                let problem = "a client that changes its field '\(name)' is never limited"
                issues.warn("\(own)[\(index)].by", problem, "add a rate by client beside it")
            }
        }
    }

    private func checkBody(_ route: Route, _ path: String, _ issues: inout IssueList) {
        let largest = listeners.filter { $0.proto == .http || $0.proto == .https }.map { $0.limits.bodyBytes ?? .max }
            .max()
        if let bytes = route.limits.bodyBytes, let largest, bytes > largest {
            let problem = "no listener takes a body of more than \(Units.text(bytes: largest))"
            issues.error("\(path).limits.bodyBytes", problem, "make the listener's 'limits.bodyBytes' larger")
        }
    }
}
