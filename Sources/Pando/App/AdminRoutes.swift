import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PandoTelemetry

/// The routes that every node has on its admin port: `/metrics`, `/livez`, `/readyz`, `/health`.
enum AdminRoutes {
    static func router(for node: Node) -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: AdminHostCheck(allowed: node.configuration.adminHost))
        router.get("livez") { _, _ in "alive\n" }
        router.get("readyz") { _, _ in
            let report = await node.health.report()
            let failing = report.checks.filter { $0.isRequired && !$0.isHealthy }.map(\.name)
            let reason = failing.isEmpty ? report.phase.rawValue : failing.joined(separator: ", ")
            let text = report.isReady ? "ready\n" : "not ready: \(reason)\n"
            return plain(text, report.isReady ? .ok : .serviceUnavailable)
        }
        router.get("health") { _, _ in
            let report = await node.health.report()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Response(
                status: report.isReady ? .ok : .serviceUnavailable,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(report)))
            )
        }
        router.get("metrics") { request, _ in
            let format = ExpositionFormat.negotiated(accept: request.headers[.accept])
            return Response(
                status: .ok,
                headers: [.contentType: format.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: node.metrics.exposition(format)))
            )
        }
        return router
    }

    private static func plain(_ text: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
