import HTTPTypes
import Hummingbird
import Logging
import PandoCache
import PandoDatabase
import PandoTelemetry
import Tracing

/// The one layer between the connection and the routes: identifies the request, its client and its session, limits the
/// client, refuses what other sites send, runs the request in its trace and at its session's position, turns errors into
/// problem bodies, adds the header fields that every answer has, and measures. One layer, because each layer costs
/// asynchronous frames on every request.
struct FrontMiddleware: RouterMiddleware {
    typealias Context = AppContext
    typealias Next = @concurrent (Request, AppContext) async throws -> Response

    let front: Front

    func handle(_ request: Request, context: AppContext, next: Next) async throws -> Response {
        let connection = Connection.current
        let started = connection?.arrivalNanoseconds ?? monotonicNanoseconds()
        var context = context
        var limited: (remaining: Int, reset: Int64)?
        let route = front.metrics.route(context.endpointPath, request.method)
        let span = startSpan(request, route)
        var changes: InvalidationScope?
        var response: Response
        do {
            identify(&context, request, connection)
            limited = try limitRate(context, now: started)
            try front.origins.check(request.head)
            try await findSession(&context, request)
            if context.info.client.isBehindProxy, !request.method.isSafe {
                let scope = InvalidationScope()
                changes = scope
                response = try await scope.run { try await respond(request, context, span, next) }
            } else {
                response = try await respond(request, context, span, next)
            }
            try await front.compression?.apply(to: &response, request: request.headers, method: request.method)
        } catch {
            response = front.response(to: error, request: request, context: context)
            // What the client did wrong is no failure of the service (OpenTelemetry's conventions for server spans).
            if response.status.code >= 500 { span?.fail(error) }
        }
        finish(&response.headers, context, limited, span)
        tellCaches(&response.headers, context, changes)
        end(span, request, context, status: response.status.code)
        measure(request, context, route, status: response.status.code, connection, started)
        return response
    }

    private func respond(_ request: Request, _ context: AppContext, _ span: TraceSpan?, _ next: Next) async throws
        -> Response
    {
        guard let span else { return try await atPosition(request, context, next) }
        return try await span.withCurrent { try await atPosition(request, context, next) }
    }

    /// Runs the rest at the session's position, so that it reads its own writes, and keeps where it ends.
    private func atPosition(_ request: Request, _ context: AppContext, _ next: Next) async throws -> Response {
        let before = context.session?.position
        if context.session == nil, request.method == .get || request.method == .head {
            return try await route(request, context, next)
        }
        let scope = PositionScope(before)
        let result: Result<Response, any Error>
        do {
            result = .success(try await scope.run { try await route(request, context, next) })
        } catch {
            result = .failure(error)
        }
        if let position = scope.position, position != before, let session = context.session {
            try await front.sessions?.advance(session, to: position)
        }
        return try result.get()
    }

    private func route(_ request: Request, _ context: AppContext, _ next: Next) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound && context.endpointPath == "NotFound" {
            return try await front.fallback.respond(to: request, context: context)
        }
    }
}

// The steps before and after.
extension FrontMiddleware {
    private func identify(_ context: inout AppContext, _ request: Request, _ connection: Connection?) {
        let id: String
        if let incoming = RequestIdentity.incomingID(request.headers) {
            id = incoming
            context.logger[metadataKey: "hb.request.id"] = .string(incoming)
        } else {
            id = context.id
        }
        let client = front.identity.client(of: connection, request.headers)
        context.info = RequestInfo(
            id: id,
            client: client,
            decodedBodyBytes: front.decodedBodyBytes,
            session: RequestSession(store: front.sessions, isSecure: client.isSecure, session: nil)
        )
    }

    private func findSession(_ context: inout AppContext, _ request: Request) async throws {
        guard let sessions = front.sessions,
            let token = RequestSession.token(request.headers, isSecure: context.isSecure),
            let session = try await sessions.session(token: token)
        else { return }
        context.info.session.update(session)
    }

    private func limitRate(_ context: AppContext, now: UInt64) throws -> (remaining: Int, reset: Int64)? {
        guard let (limiter, headers) = front.rateLimit, !context.clientAddress.isLoopback else { return nil }
        switch limiter.take(client: context.clientAddress.clientKey, now: now) {
        case .allowed(let remaining, let reset):
            return (remaining, reset)
        case .refused(let retry):
            front.rateLimited.increment()
            throw headers.problem(retryNanoseconds: retry)
        }
    }

    private func finish(
        _ fields: inout HTTPFields,
        _ context: AppContext,
        _ limited: (remaining: Int, reset: Int64)?,
        _ span: TraceSpan?
    ) {
        fields.reserveCapacity(fields.count + 8)
        fields.append(HTTPField(name: .xRequestID, value: context.requestID))
        front.security.apply(to: &fields, isSecure: context.isSecure)
        if let limited {
            front.rateLimit?.headers.add(to: &fields, remaining: limited.remaining, resetNanoseconds: limited.reset)
        }
        if let cookie = context.info.session.setCookie {
            fields.append(HTTPField(name: .setCookie, value: cookie))
            // An answer with a token in it is for nobody else.
            if !fields.contains(.cacheControl) { fields.append(HTTPField(name: .cacheControl, value: "no-store")) }
        }
        if let span, span.isRecording {
            fields.append(HTTPField(name: .traceResponse, value: span.traceContext.traceparent))
        }
    }

    /// Tells the caches in front what the answer is made of, and what its request has changed, also where it then failed.
    private func tellCaches(_ fields: inout HTTPFields, _ context: AppContext, _ changes: InvalidationScope?) {
        guard context.info.client.isBehindProxy else { return }
        let madeOf = context.info.cacheTags
        if !madeOf.isEmpty { fields.append(HTTPField(name: .cacheTag, value: madeOf.joined(separator: ", "))) }
        guard let changed = changes?.tags, !changed.isEmpty else { return }
        fields.append(HTTPField(name: .pandoInvalidate, value: changed.joined(separator: ", ")))
    }

    private func startSpan(_ request: Request, _ route: RouteMetrics.Route) -> TraceSpan? {
        guard let traces = front.traces else { return nil }
        guard let header = request.headers.only(.traceparent) else { return traces.startRootSpan(route.name) }
        let parent = TraceContext(traceparent: header, tracestate: request.headers[values: .tracestate])
        return traces.startRootSpan(route.name, parent: parent)
    }

    private func end(_ span: TraceSpan?, _ request: Request, _ context: AppContext, status: Int) {
        guard let span else { return }
        if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        if span.isRecording {
            span.setAttribute("http.request.method", request.method.rawValue)
            span.setAttribute("http.route", context.endpointPath ?? "")
            span.setAttribute("http.response.status_code", status)
            span.setAttribute("http.request.id", context.requestID)
        }
        span.end()
    }

    private func measure(
        _ request: Request,
        _ context: AppContext,
        _ route: RouteMetrics.Route,
        status: Int,
        _ connection: Connection?,
        _ started: UInt64
    ) {
        let now = monotonicNanoseconds()
        // A mounted application names its own route while it answers.
        let isSame = context.endpointPath == route.template || route.template == RouteMetrics.unmatched
        let route =
            isSame && !front.fallback.hasMounts ? route : front.metrics.route(context.endpointPath, request.method)
        route.record(status: status, nanoseconds: now &- started)
        context.logger.debug(
            "A request was answered",
            metadata: [
                "http.route": "\(route.name)", "http.status": "\(status)",
                "http.microseconds": "\((now &- started) / 1000)",
            ]
        )
        // A body that came slowly is the client's time, so the judgement begins where the request was complete.
        if let admission = front.admission, let connection {
            let complete = max(started, connection.arrivalNanoseconds)
            admission.sample(kind: route.kind, nanoseconds: now > complete ? now - complete : 0, now: now)
        }
    }
}
