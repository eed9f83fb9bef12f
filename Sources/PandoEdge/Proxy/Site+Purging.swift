extension Site {
    /// Whether a request is one of those that purge, where there is a token for them.
    func isPurge(_ request: Head) -> Bool {
        guard generation.purgeToken != nil, request.method == .other else { return false }
        return request.bytes(request.methodName).elementsEqual("PURGE".utf8)
    }

    /// Purges what a request names: its own URI; with `Purge-Match: prefix` all that begin with it; with Cache-Tag or Surrogate-Key
    /// what has one of these tags. `Purge-Kind: soft` lets it be served stale. Other nodes are told, unless one of them asks.
    func purge(_ exchange: Exchange) {
        let request = exchange.request
        guard isEntitled(request) else {
            exchange.response.reset()
            exchange.response.add(.wwwAuthenticate, "Bearer")
            return exchange.respond(401, StatusPage.text(401, "purges need the token"))
        }
        if let field = request.first(named: CachePurge.fieldName) {
            guard let purge = CachePurge(fieldValue: request.text(field)) else {
                return exchange.fail(400, "the purge cannot be read")
            }
            generation.purge(purge)
            return exchange.respond(200, "purged\n")
        }
        guard let purges = wanted(exchange) else {
            return exchange.fail(400, "the path can be read in more than one way")
        }
        guard !purges.isEmpty, purges.reduce(true, { generation.purge($1) && $0 }) else {
            return exchange.fail(404, "nothing is cached here by that name")
        }
        for purge in purges { worker.purgeRelay?.send(purge) }
        exchange.respond(200, "purged\n")
    }

    /// Whether a request bears the token. Every byte is compared, so that the time tells nothing of how many are right.
    private func isEntitled(_ request: Head) -> Bool {
        guard let token = generation.purgeToken, let field = request.first(.authorization) else { return false }
        let value = request.bytes(field)
        let scheme = "Bearer ".utf8.count
        guard value.count == token.count + scheme,
            ByteText.isEqual(UnsafeBufferPointer(rebasing: value[..<scheme]), ignoringCaseOf: "bearer ")
        else { return false }
        return zip(value[scheme...], token).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// What a client wants purged; nil where its path cannot be read.
    private func wanted(_ exchange: Exchange) -> [CachePurge]? {
        let request = exchange.request
        let isSoft = request.first(named: "purge-kind").map { request.isEqual($0, ignoringCaseOf: "soft") } ?? false
        let kind: PurgeKind = isSoft ? .soft : .hard
        var tags: [String] = []
        for field in request.fields {
            if request.isEqual(field.name, ignoringCaseOf: "cache-tag") {
                tags += ListElements(request, field.value).map { request.text($0) }
            } else if field.id == .surrogateKey {
                tags += request.text(field.value).split(separator: " ").map(String.init)
            }
        }
        if !tags.isEmpty { return tags.map { CachePurge(target: .tag($0), kind: kind) } }
        // The URI in the form in which requests for it are looked up.
        if case .malformed = generation.table.match(request, path) { return nil }
        let isByTLS = exchange.rules.scheme.map { $0 == .https } ?? exchange.forwarding.isSecure
        let uri = "\(isByTLS ? "https" : "http")://\(request.text(request.authority))\(request.text(request.target))"
        let isPrefix =
            request.first(named: "purge-match").map { request.isEqual($0, ignoringCaseOf: "prefix") } ?? false
        return [CachePurge(target: isPrefix ? .prefix(uri) : .uri(uri), kind: kind)]
    }
}
