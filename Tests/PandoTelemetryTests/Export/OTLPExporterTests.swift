import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing
import Tracing

@testable import PandoTelemetry

@Suite(.timeLimit(.minutes(1))) struct OTLPExporterTests {
    let metrics = MetricsRegistry()

    private func configuration(_ endpoint: String) -> OTLPExporter.Configuration {
        var configuration = OTLPExporter.Configuration(endpoint: endpoint, serviceName: "hotel")
        configuration.batchInterval = .milliseconds(1)
        configuration.retryDelay = .milliseconds(1)
        configuration.maximumAttempts = 3
        return configuration
    }

    private func exporter(_ configuration: OTLPExporter.Configuration) throws -> OTLPExporter {
        try OTLPExporter(configuration: configuration, metrics: metrics, logger: Logger(label: "test"))
    }

    /// Records a trace of a root and one child.
    private func record(_ name: String, in store: TraceStore) async {
        await store.withRootSpan(name) { root in
            root.setAttribute("http.response.status_code", 503)
            root.setStatus(SpanStatus(code: .error, message: "busy"))
            await withChildSpan("load", kind: .client) { _ in }
        }
    }

    /// Runs the exporter while `body` runs, then stops it gracefully, which sends what is left.
    private func run(_ exporter: OTLPExporter, _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(services: [exporter], logger: Logger(label: "test"))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func traceID(in request: CollectorServer.Request) throws -> String {
        let match = try #require(request.body.firstMatch(of: /"traceId":"([0-9a-f]{32})"/))
        return String(match.1)
    }

    private func dropped(_ reason: String) -> Double? {
        metrics.snapshot(of: "pando_otlp_spans_dropped_total")?.series
            .first { $0[label: "reason"] == reason }?.value.number
    }

    private var exported: Double? {
        metrics.snapshot(of: "pando_otlp_spans_exported_total")?.series.first?.value.number
    }

    @Test func tracesArriveAsOTLP() async throws {
        let server = CollectorServer()
        let request = try await server.serve { address in
            var configuration = configuration(address + "/")
            configuration.headers["authorization"] = "Bearer secret"
            configuration.resourceAttributes["service.version"] = "1.2"
            let exporter = try exporter(configuration)
            let store = ManualClock().store(export: exporter.offer)
            var request: CollectorServer.Request?
            try await run(exporter) {
                await record("GET /", in: store)
                request = await server.requests.first { _ in true }
            }
            return try #require(request)
        }
        #expect(request.uri == "/v1/traces")
        #expect(request.contentType == "application/json")
        #expect(request.authorization == "Bearer secret")
        let object = try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any]
        let resource = try #require((object?["resourceSpans"] as? [[String: Any]])?.first)
        let attributes = (resource["resource"] as? [String: Any])?["attributes"] as? [[String: Any]]
        #expect(attributes?.map { $0["key"] as? String } == ["service.name", "service.version"])
        let scope = try #require((resource["scopeSpans"] as? [[String: Any]])?.first)
        let spans = try #require(scope["spans"] as? [[String: Any]])
        #expect(spans.map { $0["name"] as? String } == ["GET /", "load"])
        #expect(spans.map { $0["kind"] as? Int } == [2, 3])
        #expect((spans[0]["traceId"] as? String)?.count == 32)
        #expect(spans[1]["parentSpanId"] as? String == spans[0]["spanId"] as? String)
        #expect(spans[0]["startTimeUnixNano"] as? String == "1795248000000000000")
        let status = try #require(spans[0]["status"] as? [String: Any])
        #expect(status["code"] as? Int == 2 && status["message"] as? String == "busy")
        let value = (spans[0]["attributes"] as? [[String: Any]])?.first?["value"] as? [String: Any]
        #expect(value?["intValue"] as? String == "503")
        #expect(exported == 2)
    }

    @Test(arguments: [HTTPResponseStatus.tooManyRequests, .badGateway, .serviceUnavailable, .gatewayTimeout])
    func temporaryRefusalsAreSentAgain(status: HTTPResponseStatus) async throws {
        let server = CollectorServer(answers: [
            .init(status: status), .init(status: status, headers: ["retry-after": "0"]),
        ])
        try await server.serve { address in
            let exporter = try exporter(configuration(address))
            let store = ManualClock().store(export: exporter.offer)
            try await run(exporter) {
                await record("GET /", in: store)
                var traces: [String] = []
                for await request in server.requests.prefix(3) { traces.append(try traceID(in: request)) }
                #expect(Set(traces).count == 1, "the same batch each time")
            }
        }
        #expect(exported == 2)
    }

    @Test(arguments: [HTTPResponseStatus.badRequest, .unauthorized, .internalServerError, .temporaryRedirect])
    func otherRefusalsAreFinal(status: HTTPResponseStatus) async throws {
        let server = CollectorServer(answers: [.init(status: status, headers: ["location": "/elsewhere"])])
        try await server.serve { address in
            let exporter = try exporter(configuration(address))
            let store = ManualClock().store(export: exporter.offer)
            try await run(exporter) {
                await record("GET /", in: store)
                let first = await server.requests.first { _ in true }
                #expect(first?.uri == "/v1/traces")
            }
        }
        #expect(dropped("refused") == 2)
        #expect(exported == 0)
    }

    @Test func rejectedSpansOfAPartialSuccessAreCounted() async throws {
        let server = CollectorServer(answers: [.init(status: .ok, body: #"{"partialSuccess":{"rejectedSpans":"1"}}"#)])
        try await server.serve { address in
            let exporter = try exporter(configuration(address))
            let store = ManualClock().store(export: exporter.offer)
            try await run(exporter) {
                await record("GET /", in: store)
                _ = await server.requests.first { _ in true }
            }
        }
        #expect(exported == 1)
        #expect(dropped("refused") == 1)
    }

    @Test func absentCollectorCostsTracesOnly() async throws {
        let address = try await CollectorServer().serve { $0 }
        let exporter = try exporter(configuration(address))
        let store = ManualClock().store(export: exporter.offer)
        try await run(exporter) { await record("GET /", in: store) }
        #expect(dropped("unreachable") == 2)
    }

    @Test func whatWaitsIsBounded() async throws {
        var configuration = configuration("http://127.0.0.1:9")
        configuration.maximumQueuedSpans = 5
        let exporter = try exporter(configuration)
        let store = ManualClock().store(export: exporter.offer)
        for _ in 0..<4 { await record("GET /", in: store) }
        #expect(dropped("full") == 4)
    }

    @Test func whatWaitsIsSentWhenTheProcessStops() async throws {
        let server = CollectorServer()
        try await server.serve { address in
            var configuration = configuration(address)
            configuration.batchInterval = .seconds(3600)
            configuration.maximumBatchSpans = 2
            let exporter = try exporter(configuration)
            let store = ManualClock().store(export: exporter.offer)
            try await run(exporter) {
                for _ in 0..<3 { await record("GET /", in: store) }
            }
        }
        #expect(exported == 6)
    }

    @Test(arguments: ["", "localhost:4318", "ftp://host", "http://", "http:///v1", "not an address"])
    func addressesAreChecked(endpoint: String) {
        #expect(throws: TelemetryError.self) { try exporter(configuration(endpoint)) }
    }

    @Test func answersThatCannotBeReadRejectNothing() {
        for answer in ["", "[]", "null", "{}", #"{"partialSuccess":{}}"#, #"{"partialSuccess":{"rejectedSpans":-4}}"#] {
            #expect(OTLPSender.rejectedSpans(Data(answer.utf8)) == 0)
        }
        #expect(OTLPSender.rejectedSpans(Data(#"{"partialSuccess":{"rejectedSpans":7}}"#.utf8)) == 7)
    }
}
