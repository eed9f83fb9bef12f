import PandoTopology

/// What the connections of a listener are served by, on one worker.
final class Site {
    unowned let worker: Worker
    /// The connections of the listener, on all workers.
    let places: ConnectionPlaces
    private(set) var generation: Generation
    private(set) var listener: EdgeConfiguration.Listener
    let path = RoutePath()
    /// Where paths are written that are not the client's.
    private var scratch: [UInt8] = []
    private(set) var limits: HeadLimits
    private(set) var times: Times
    /// TLS for new connections; nil where none is spoken.
    private(set) var tls: TLSContext?
    /// The value of Strict-Transport-Security; nil for none.
    private(set) var strictTransport: String?
    /// Where connections go whose bytes are passed on as they are; nil where HTTP is spoken.
    private(set) var relay: RelayPlan?
    let via = HeadWriter.viaLine("pando")

    init(
        _ generation: Generation,
        _ listener: EdgeConfiguration.Listener,
        _ places: ConnectionPlaces,
        on worker: Worker
    ) {
        self.places = places
        self.worker = worker
        self.generation = generation
        self.listener = listener
        limits = HeadLimits(listener.limits)
        times = Times(listener.limits)
        tls = generation.tls(of: listener)
        relay = generation.relay(of: listener)
        strictTransport = listener.hsts?.fieldValue
    }

    /// How long clients may take, in nanoseconds.
    struct Times {
        let head: UInt64
        let body: UInt64
        let idle: UInt64
        /// From a request's first byte to the last of its response; `.max` for any time.
        let request: UInt64

        init(_ limits: EdgeConfiguration.ListenerLimits) {
            head = limits.headerTimeout.wholeNanoseconds
            body = limits.bodyTimeout.wholeNanoseconds
            idle = limits.idleTimeout.wholeNanoseconds
            request = limits.requestTimeout?.wholeNanoseconds ?? .max
        }
    }

    /// Whether there are proxies that are believed.
    var hasProxies: Bool { !listener.trustedProxies.isEmpty }

    /// Whether what a client says about clients before it is believed.
    func trusts(_ address: SocketAddress) -> Bool { hasProxies && isIn(listener.trustedProxies, address) }

    func isIn(_ networks: [Network], _ address: SocketAddress) -> Bool {
        // Who comes over a Unix socket is on this machine, and has no address.
        guard let octets = address.octets else { return false }
        return networks.contains { $0.contains(high: octets.high, low: octets.low) }
    }

    /// A connection of the listener has ended.
    func closed(_ connection: StreamSocket) {
        connection.place = nil
        places.leave()
    }

    /// Serves by another generation from the next request on.
    func change(to generation: Generation, _ listener: EdgeConfiguration.Listener) {
        self.generation = generation
        self.listener = listener
        limits = HeadLimits(listener.limits)
        times = Times(listener.limits)
        tls = generation.tls(of: listener)
        relay = generation.relay(of: listener)
        strictTransport = listener.hsts?.fieldValue
    }

    /// Does with a request what its route says.
    func route(_ exchange: Exchange) {
        exchange.identify()
        let request = exchange.request
        if let deny = generation.deny, deny.refuses(exchange, path) {
            exchange.record.rejection = .denied
            return exchange.fail(403, "this is not for you")
        }
        if request.method == .connect { return refuseMethod(exchange, "CONNECT is not for this server") }
        if isPurge(request) { return purge(exchange) }
        guard settleScheme(exchange), settleUpgrade(exchange) else { return }
        if request.method == .options || request.method == .trace, answersItself(exchange) { return }
        switch generation.table.match(request, path) {
        case .route(let index): perform(generation.routes[index], exchange)
        case .none:
            exchange.record.rejection = .route
            exchange.fail(404, "no route is for this host and path")
        case .malformed:
            exchange.record.rejection = .malformed
            exchange.fail(400, "the path can be read in more than one way")
        case .otherMethod:
            refuseMethod(exchange, "this path has no such method", allowed: generation.table.allowed(request, path))
        }
    }

    /// What is taken of any path, for all that the edge knows.
    private static let someMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, QUERY"

    /// 405 says what would be taken (RFC 9110 §15.5.6).
    private func refuseMethod(_ exchange: Exchange, _ reason: String, allowed: String = someMethods) {
        exchange.response.reset()
        exchange.response.add(.allow, allowed)
        exchange.respond(405, StatusPage.text(405, reason))
    }

    /// Answers OPTIONS and TRACE that have come as far as they may, and OPTIONS for the server as a whole, which is the edge (RFC 9110
    /// §7.6.2, §9.3.7); false for all others.
    private func answersItself(_ exchange: Exchange) -> Bool {
        let request = exchange.request
        let isForServer = request.target.count == 1 && request.bytes(request.target)[0] == UInt8(ascii: "*")
        guard exchange.rules.endsHere || isForServer else { return false }
        if request.method == .trace {
            // What it would show of the request is nobody's business who has not sent it.
            refuseMethod(exchange, "TRACE ends here")
            return true
        }
        var allowed = Self.someMethods
        if !isForServer {
            guard generation.table.match(request, path) != .malformed else { return false }
            allowed = generation.table.allowed(request, path)
        }
        exchange.response.reset()
        exchange.response.add(.allow, allowed)
        exchange.respond(204, "")
        return true
    }

    /// Looks at the protocol that a request asks for; false where it was answered. HTTP/2 is not asked for in this way any more
    /// (RFC 9113 §3.1), and a server that did it would speak past the edge.
    private func settleUpgrade(_ exchange: Exchange) -> Bool {
        if exchange.rules.upgrade.isEmpty { return true }
        switch WebSocketUpgrade.request(exchange.request, exchange.rules) {
        case .valid: return true
        case .none:
            let request = exchange.request
            for name in ListElements(request, exchange.rules.upgrade)
            where request.text(name).lowercased().hasPrefix("h") {
                exchange.rules.upgrade = .empty
            }
            return true
        case .malformed(let reason):
            exchange.fail(400, reason)
            return false
        case .otherVersion:
            exchange.response.reset()
            exchange.response.add(name: "sec-websocket-version", "13")
            exchange.respond(426, StatusPage.text(426, "WebSocket is spoken in version 13"))
            return false
        }
    }

    private func perform(_ route: RoutePlan, _ exchange: Exchange) {
        exchange.route = route
        if let crossOrigin = route.crossOrigin {
            exchange.origin = exchange.request.first(.origin) ?? .empty
            // Browsers send no credentials with it.
            if crossOrigin.isPreflight(exchange.request) { return crossOrigin.answerPreflight(exchange) }
        }
        if let wanted = route.mutualTLS, !settleCertificate(exchange, wanted) { return }
        if case .length(let length) = exchange.rules.framing, length > UInt64(clamping: bodyLimit(route)) {
            exchange.record.rejection = .content
            return exchange.fail(413, "the content is larger than \(bodyLimit(route)) bytes")
        }
        if !route.rates.isEmpty, !isCounted(exchange), !allow(exchange, route.rates) { return }
        // The token has told by then whose request it is.
        if let tokens = route.tokens, !settleToken(exchange, tokens) || !allow(exchange, route.subjectRates) { return }
        if let description = route.description, !settleDescription(exchange, description) { return }
        act(exchange, route)
    }

    /// Takes a request past the limits of its route, when all that it asks for is there, and does what it says.
    func act(_ exchange: Exchange, _ route: RoutePlan) {
        if route.admissions.isEmpty { carryOut(exchange, route) } else { exchange.pass(route, self) }
    }

    /// Does what a route says with a request that is past all limits.
    func carryOut(_ exchange: Exchange, _ route: RoutePlan) {
        if route.compression != nil { exchange.noteCodings() }
        switch route.action {
        case .respond(let fixed):
            exchange.response.reset()
            if let changes = route.responseChanges { exchange.response.apply(changes) }
            return exchange.respond(fixed.status, fixed.body, type: fixed.contentType)
        case .redirect(let status, let target): return redirect(exchange, status, target)
        case .files(let folder):
            // While it waited, the paths of others were read.
            if !path.isOf(exchange.request) {
                _ = path.settle(exchange.request, slashes: generation.configuration.encodedSlashes)
            }
            exchange.serve(folder, path.path(in: exchange.request))
        case .upstream, .split:
            if route.shape != nil { exchange.prepareShape() }
            serve(exchange, route)
        }
    }

    /// Whether another cache node, which is believed, has counted a request already.
    private func isCounted(_ exchange: Exchange) -> Bool {
        guard let nodes = generation.nodes, case .node = nodes.passage(of: exchange.request) else { return false }
        return exchange.forwarding.isTrusted
    }

    /// The most bytes of a request's body.
    func bodyLimit(_ route: RoutePlan?) -> Int { min(route?.bodyBytes ?? .max, listener.limits.bodyBytes ?? .max) }

    /// Whether there may be another request; false where it was answered.
    private func allow(_ exchange: Exchange, _ rates: [RateLimit]) -> Bool {
        for rate in rates {
            let decision = rate.take(RequestKey.of(rate.configured.by, exchange), at: worker.now)
            if decision.isAllowed { continue }
            exchange.record.rejection = .rate
            exchange.response.reset()
            exchange.response.add(.retryAfter, "\(decision.retryAfter / 1_000_000_000 + 1)")
            exchange.respond(429, StatusPage.text(429, "too many requests"))
            return false
        }
        return true
    }

    func prepare(_ exchange: Exchange, _ route: RoutePlan) {
        if let changes = route.requestChanges { exchange.request.apply(changes) }
        route.rewrite?.rewrite(exchange.request, scratch: &scratch)
    }

    private func redirect(_ exchange: Exchange, _ status: Int, _ target: TargetTemplate) {
        target.render(exchange.request, into: &scratch)
        exchange.response.reset()
        _ = scratch.withUnsafeBufferPointer { exchange.response.add(.location, $0) }
        exchange.respond(status, "")
    }
}

extension HeadLimits {
    init(_ limits: EdgeConfiguration.ListenerLimits) {
        self.init()
        headBytes = limits.headBytes
        targetBytes = limits.targetBytes
        fields = limits.fields
    }
}
