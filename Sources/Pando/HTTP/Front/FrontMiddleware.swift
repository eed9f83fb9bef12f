import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import PandoTelemetry

/// The one layer between the connection and the routes: identifies the request, limits its client, turns errors into
/// problem bodies, adds the header fields that every answer has and measures it. One layer, because each layer costs
/// asynchronous frames on every request.
struct FrontMiddleware: RouterMiddleware {
    typealias Context = AppContext

    let front: Front

    func handle(
        _ request: Request,
        context: AppContext,
        next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let connection = Connection.current
        let started = connection?.arrivalNanoseconds ?? monotonicNanoseconds()
        let context = identified(context, request, connection)
        var response: Response
        var limited: (remaining: Int, reset: Int64)?
        do {
            limited = try limitRate(context, now: started)
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection is broken; only Hummingbird's loop can end it properly.
            measure(request, context, status: 400, connection, started)
            throw error
        } catch {
            response = front.response(to: error, request: request, context: context)
        }
        finish(&response.headers, context, limited)
        measure(request, context, status: response.status.code, connection, started)
        return response
    }

    private func identified(_ context: AppContext, _ request: Request, _ connection: Connection?) -> AppContext {
        var context = context
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
            client: client.address,
            isSecure: client.isSecure,
            decodedBodyBytes: front.decodedBodyBytes
        )
        return context
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

    private func finish(_ fields: inout HTTPFields, _ context: AppContext, _ limited: (remaining: Int, reset: Int64)?) {
        fields.reserveCapacity(fields.count + 8)
        fields.append(HTTPField(name: .xRequestID, value: context.requestID))
        front.security.apply(to: &fields, isSecure: context.isSecure)
        if let limited {
            front.rateLimit?.headers.add(to: &fields, remaining: limited.remaining, resetNanoseconds: limited.reset)
        }
    }

    private func measure(
        _ request: Request,
        _ context: AppContext,
        status: Int,
        _ connection: Connection?,
        _ started: UInt64
    ) {
        let now = monotonicNanoseconds()
        let path = context.endpointPath ?? Self.unmatched
        let route = path == "NotFound" ? Self.unmatched : path
        let series = front.metrics.series(route: route, method: request.method, status: status)
        series.count.increment()
        series.duration.record(seconds: Double(now &- started) * 1e-9)
        // A body that came slowly is the client's time, so the judgement begins where the request was complete.
        if let admission = front.admission, let connection {
            let complete = max(started, connection.arrivalNanoseconds)
            admission.sample(kind: series.kind, nanoseconds: now > complete ? now - complete : 0, now: now)
        }
    }

    private static let unmatched = "unmatched"
}
