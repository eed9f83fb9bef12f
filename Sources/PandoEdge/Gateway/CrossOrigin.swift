import PandoTopology

/// What pages of other origins may do with a route (https://fetch.spec.whatwg.org/#http-cors-protocol), made ready for requests.
///
/// The edge's word is the only one: what servers say of other origins is taken out of their answers. It is added behind the cache, so
/// that one stored answer is right for every origin. The protocol keeps pages from reading; it keeps nobody from sending, and a
/// request of another origin reaches the servers.
final class CrossOrigin: Sendable {
    /// Whether any page may read; else those of ``origins``.
    private let isForAll: Bool
    private let origins: [[UInt8]]
    private let sendsCredentials: Bool
    private let methods: String
    private let headers: String
    private let expose: String
    private let maxAge: String

    init(_ configured: EdgeConfiguration.CORS) {
        isForAll = configured.origins.contains("*")
        origins = configured.origins.map { Array($0.utf8) }
        // With `*` browsers refuse them, and rightly.
        sendsCredentials = configured.credentials && !isForAll
        methods = configured.methods.joined(separator: ", ")
        headers = configured.headers.joined(separator: ", ")
        expose = configured.expose.joined(separator: ", ")
        maxAge = String(configured.maxAge.components.seconds)
    }

    /// Whether a browser asks what a page may do, instead of doing it.
    func isPreflight(_ request: Head) -> Bool {
        request.method == .options && request.has(.origin) && request.has(.accessControlRequestMethod)
    }

    /// Answers a preflight, for which no server is asked.
    func answerPreflight(_ exchange: Exchange) {
        exchange.response.reset()
        if allows(exchange.origin, in: exchange.request) { return exchange.respond(204, "") }
        exchange.record.rejection = .origin
        exchange.respond(403, StatusPage.text(403, "pages of this origin may not use this"))
    }

    /// Says in a final response what pages may do with it.
    func finish(_ exchange: Exchange) {
        let (request, response) = (exchange.request, exchange.response)
        guard response.status >= 200 else { return }
        response.removeCrossOriginFields()
        let isPreflight = isPreflight(request)
        if !isForAll { response.addVary("origin") }
        if isPreflight {
            response.addVary("access-control-request-method")
            response.addVary("access-control-request-headers")
        }
        guard allows(exchange.origin, in: request) else { return }
        if isForAll {
            response.add(name: "access-control-allow-origin", "*")
        } else {
            response.add(name: "access-control-allow-origin", request.text(exchange.origin))
        }
        if sendsCredentials { response.add(name: "access-control-allow-credentials", "true") }
        guard isPreflight else {
            if !expose.isEmpty { response.add(name: "access-control-expose-headers", expose) }
            return
        }
        response.add(name: "access-control-allow-methods", methods)
        if !headers.isEmpty { response.add(name: "access-control-allow-headers", headers) }
        response.add(name: "access-control-max-age", maxAge)
    }

    private func allows(_ origin: Slice, in request: Head) -> Bool {
        if origin.isEmpty { return false }
        if isForAll { return true }
        let bytes = request.bytes(origin)
        return origins.contains { $0.elementsEqual(bytes) }
    }
}

extension Head {
    /// Removes all `Access-Control-*`.
    fileprivate func removeCrossOriginFields() {
        let beginning: StaticString = "access-control-"
        let count = beginning.utf8CodeUnitCount
        fields.removeAll { field in
            guard Int(field.name.count) > count else { return false }
            return isEqual(Slice(Int(field.name.start), count), ignoringCaseOf: beginning)
        }
    }
}
