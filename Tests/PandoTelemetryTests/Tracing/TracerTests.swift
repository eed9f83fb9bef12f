import Testing
import Tracing

@testable import PandoTelemetry

/// The store behind swift-distributed-tracing's API, used directly: the global instrument belongs to the process.
@Suite struct TracerTests {
    struct Headers: Injector, Extractor {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    }

    struct Refused: Error {}

    let time = ManualClock()

    @Test func spansOfLibrariesJoinTheTrace() async throws {
        let store = time.store()
        await store.withRootSpan("GET /") { _ in
            await store.withSpan("library", ofKind: .client) { span in
                span.attributes["net.peer"] = "db"
                await withChildSpan("ours") { _ in }
                await withChildSpan("ours too") { _ in }
            }
            await withChildSpan("after") { _ in }
        }
        let trace = try #require(store.recentTraces.first)
        #expect(trace.spans.map(\.name).sorted() == ["GET /", "after", "library", "ours", "ours too"])
        let byName = Dictionary(uniqueKeysWithValues: trace.spans.map { ($0.name, $0) })
        #expect(byName["library"]?.parentID == trace.root.id)
        #expect(byName["ours"]?.parentID == byName["library"]?.id)
        #expect(byName["ours too"]?.parentID == byName["library"]?.id)
        #expect(byName["after"]?.parentID == trace.root.id)
        #expect(byName["library"]?.attributes.first?.key == "net.peer")
    }

    @Test func spansWithoutATraceStartOne() async throws {
        let store = time.store()
        store.withSpan("alone") { span in
            span.updateAttributes { $0["a"] = 1 }
            span.updateAttributes { $0["b"] = 2 }
            #expect(span.attributes.count == 2)
            #expect(store.activeSpan(identifiedBy: span.context) === span)
        }
        #expect(store.recentTraces.map(\.name) == ["alone"])
    }

    @Test func spansInAnUnrecordedTraceStartNone() async {
        var configuration = TraceStore.Configuration()
        configuration.recordedPerSecond = 0
        let store = time.store(configuration)
        await store.withRootSpan("GET /") { root in
            store.withSpan("library") { span in
                #expect(!span.isRecording)
                #expect(span.traceID == root.traceID)
            }
        }
        #expect(store.recentTraces.isEmpty)
    }

    @Test func errorsAreRecorded() async throws {
        let store = time.store()
        #expect(throws: Refused.self) { try store.withSpan("alone") { _ in throw Refused() } }
        let root = try #require(store.failedTraces.first?.root)
        #expect(root.events.map(\.name) == ["exception"])
        #expect(root.isFailed)
    }

    @Test func contextTravelsInHeaders() async throws {
        let store = time.store()
        let sent = await store.withRootSpan("caller") { _ in
            await withChildSpan("call", kind: .client) { span in
                var headers: [String: String] = [:]
                store.inject(span?.context ?? .topLevel, into: &headers, using: Headers())
                return headers
            }
        }
        var context = ServiceContext.topLevel
        store.extract(sent, into: &context, using: Headers())
        let span = store.startSpan("callee", context: context, ofKind: .server)
        span.end()
        let traces = store.recentTraces
        #expect(traces.map(\.name) == ["callee", "caller"])
        #expect(traces[0].id == traces[1].id)
        #expect(traces[0].root.parentID == traces[1].spans[1].id)
    }

    @Test func unrecordedContextTravelsUnsampled() async throws {
        var configuration = TraceStore.Configuration()
        configuration.recordedPerSecond = 0
        let store = time.store(configuration)
        let headers = await store.withRootSpan("caller") { _ in
            var headers: [String: String] = [:]
            store.inject(.current ?? .topLevel, into: &headers, using: Headers())
            return headers
        }
        #expect(headers["traceparent"]?.hasSuffix("-00") == true)
        #expect(headers["tracestate"] == nil)
        var none: [String: String] = [:]
        store.inject(.topLevel, into: &none, using: Headers())
        #expect(none.isEmpty)
    }

    @Test func invalidHeadersStartATraceOfTheirOwn() {
        let store = time.store()
        var context = ServiceContext.topLevel
        store.extract(["traceparent": "00-zz"], into: &context, using: Headers())
        store.startSpan("callee", context: context).end()
        #expect(store.recentTraces.first?.root.parentID == nil)
    }

    @Test func linksAndInstantsAreKept() async throws {
        let store = time.store()
        let other = store.startRootSpan("publish")
        other.end()
        let span = store.startSpan("consume", context: .topLevel, ofKind: .consumer)
        span.addLink(SpanLink(context: other.context, attributes: [:]))
        time.advance(by: .milliseconds(10))
        let wall = time.clock.wall()
        span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: wall - 4_000_000))
        let trace = try #require(store.recentTraces.first)
        #expect(trace.duration == 6_000_000)
        #expect(trace.root.links.map(\.traceID) == [other.traceID])
    }
}
