import HTTPTypes
public import Hummingbird
import NIOCore
import PandoTelemetry

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Adds the dashboard to the router of the admin port.
///
/// | route | answers |
/// |---|---|
/// | `GET /dashboard` | the page |
/// | `GET /api/dashboard/state?since=` | what runs, health, tables, and the history after that time |
/// | `GET /api/dashboard/traces` | the slowest, failed and latest traces |
/// | `GET /api/dashboard/traces/{id}` | one trace with its spans, or 404 |
///
/// It reads only. It shows names of routes, queues and errors, so keep the port to those who run the service.
public func addDashboard(to router: Router<some RequestContext>, source: DashboardSource) {
    let page = DashboardPage()
    router.get("dashboard") { _, _ in page.response() }
    let api = router.group("api/dashboard")
    api.get("state") { request, _ in
        let since = request.uri.queryParameters.get("since", as: Double.self) ?? 0
        return try json(await source.state(since: since))
    }
    api.get("traces") { _, _ in try json(source.traceLists()) }
    api.get("traces/:id") { _, context in
        guard let id = context.parameters.get("id").flatMap({ TraceID($0) }), let trace = source.traces.trace(id) else {
            throw HTTPError(.notFound, message: "this trace is not kept any more")
        }
        return try json(trace)
    }
}

private func json(_ value: some Encodable) throws -> Response {
    Response(
        status: .ok,
        headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value)))
    )
}
