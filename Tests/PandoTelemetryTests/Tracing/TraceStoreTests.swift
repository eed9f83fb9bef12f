import Foundation
import Synchronization
import Testing
import Tracing

@testable import PandoTelemetry

@Suite struct TraceStoreTests {
    struct Refused: Error {}

    let time = ManualClock()

    private func configuration(_ change: (inout TraceStore.Configuration) -> Void) -> TraceStore.Configuration {
        var configuration = TraceStore.Configuration()
        change(&configuration)
        return configuration
    }

    @Test func recordsRootAndChildren() async throws {
        let store = time.store()
        let result = await store.withRootSpan("GET /") { root in
            time.advance(by: .milliseconds(1))
            let value = await withChildSpan("load", kind: .client) { span in
                span?.setAttribute("db.rows", 3)
                span?.addEvent(SpanEvent(name: "waited"))
                time.advance(by: .milliseconds(2))
                return await withChildSpan("inner") { _ in
                    time.advance(by: .milliseconds(4))
                    return 42
                }
            }
            root.operationName = "GET /hotels"
            root.setAttribute("http.response.status_code", 200)
            return value
        }
        #expect(result == 42)
        let trace = try #require(store.recentTraces.first)
        #expect(trace.name == "GET /hotels")
        #expect(trace.duration == 7_000_000)
        #expect(trace.startedAt == 1_795_248_000_000_000_000)
        #expect(trace.spans.map(\.name) == ["GET /hotels", "load", "inner"])
        #expect(trace.spans.map(\.offset) == [0, 1_000_000, 3_000_000])
        #expect(trace.spans.map(\.duration) == [7_000_000, 6_000_000, 4_000_000])
        #expect(trace.spans[1].parentID == trace.spans[0].id)
        #expect(trace.spans[2].parentID == trace.spans[1].id)
        #expect(trace.spans[1].kind == .client)
        #expect(trace.spans[1].attributes.first?.key == "db.rows")
        #expect(trace.spans[1].events.map(\.name) == ["waited"])
        #expect(!trace.isPartial && !trace.isFailed)
        #expect(store.trace(trace.id)?.spans.count == 3)
        #expect(TraceSpan.current == nil)
    }

    @Test func outsideATraceChildrenRunWithoutASpan() async {
        func name() -> String {
            Issue.record("the name is not needed")
            return ""
        }
        let isNil = await withChildSpan(name()) { $0 == nil }
        #expect(isNil)
    }

    @Test func errorsFailTheSpanAndAreThrownOn() async throws {
        let store = time.store()
        await #expect(throws: Refused.self) {
            try await store.withRootSpan("POST /") { _ in
                try await withChildSpan("commit") { _ in throw Refused() }
            }
        }
        let trace = try #require(store.failedTraces.first)
        #expect(trace.spans.map(\.isFailed) == [true, true])
        #expect(trace.root.status?.message == "Refused()")
        #expect(trace.root.attributes.first?.key == "error.type")
    }

    @Test func cancellationIsNoFailure() async throws {
        let store = time.store()
        await #expect(throws: CancellationError.self) {
            try await store.withRootSpan("GET /") { _ in throw CancellationError() }
        }
        #expect(store.failedTraces.isEmpty)
        #expect(store.recentTraces.first?.root.events.map(\.name) == ["cancelled"])
    }

    @Test func budgetOfASecondBoundsWhatIsRecorded() async {
        let store = time.store(configuration { $0.recordedPerSecond = 3 })
        func record() async -> Bool { await store.withRootSpan("GET /") { $0.isRecording } }
        var recorded: [Bool] = []
        for _ in 0..<5 { recorded.append(await record()) }
        #expect(recorded == [true, true, true, false, false])
        time.advance(by: .seconds(1))
        #expect(await record())
        #expect(store.recentTraces.count == 4)
    }

    @Test func concurrentBudgetIsExact() async {
        let store = time.store(configuration { $0.recordedPerSecond = 100 })
        let recorded = await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    var recorded = 0
                    for _ in 0..<100 {
                        if await store.withRootSpan("GET /", { $0.isRecording }) { recorded += 1 }
                    }
                    return recorded
                }
            }
            return await group.reduce(0, +)
        }
        #expect(recorded == 100)
    }

    @Test func slowAndFailedTracesAreKeptWithoutTheirChildren() async throws {
        let metrics = MetricsRegistry()
        let store = time.store(
            configuration {
                $0.recordedPerSecond = 0
                $0.slowThreshold = .milliseconds(100)
            },
            metrics: metrics
        )
        func request(_ name: String, _ duration: Duration, fails: Bool = false) async {
            await store.withRootSpan(name) { root in
                await withChildSpan("work") { span in
                    #expect(span == nil)
                    time.advance(by: duration)
                }
                root.setAttribute("http.response.status_code", fails ? 500 : 200)
                if fails { root.setStatus(SpanStatus(code: .error, message: "no disk")) }
            }
        }
        await request("fast", .milliseconds(99))
        await request("slow", .milliseconds(100))
        await request("failed", .milliseconds(1), fails: true)
        #expect(store.recentTraces.map(\.name) == ["failed", "slow"])
        #expect(store.recentTraces.allSatisfy { $0.isPartial && $0.spans.count == 1 })
        #expect(store.failedTraces.first?.root.attributes.first?.value == .int64(500))
        let outcomes = try #require(metrics.snapshot(of: "pando_traces_total")).series
        #expect(
            outcomes.map { "\($0[label: "outcome"] ?? "") \($0.value.number)" } == [
                "kept 2.0", "passed 1.0", "recorded 0.0",
            ]
        )
    }

    @Test func keptTracesHaveABudget() async {
        let store = time.store(
            configuration {
                $0.recordedPerSecond = 0
                $0.keptPerSecond = 2
            }
        )
        for _ in 0..<5 {
            await store.withRootSpan("GET /") { $0.setStatus(SpanStatus(code: .error)) }
        }
        #expect(store.failedTraces.count == 2)
    }

    @Test func callersTraceIsContinued() async throws {
        let store = time.store(
            configuration {
                $0.recordedPerSecond = 0
                $0.continuedPerSecond = 1
            }
        )
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let parent = try #require(TraceContext(traceparent: header, tracestate: ["rojo=1"]))
        let outgoing = await store.withRootSpan("GET /", parent: parent) { root in
            await withChildSpan("call", kind: .client) { $0?.traceContext }
        }
        let trace = try #require(store.recentTraces.first)
        #expect(trace.id == parent.traceID)
        #expect(trace.root.parentID == parent.parentID)
        #expect(outgoing?.traceID == parent.traceID)
        #expect(outgoing?.parentID == trace.spans[1].id)
        #expect(outgoing?.isSampled == true)
        #expect(outgoing?.tracestate == "rojo=1")

        let second = await store.withRootSpan("GET /", parent: parent) { $0.traceContext }
        #expect(second.traceID == parent.traceID && !second.isSampled, "over the budget it is passed on unsampled")
        var unsampled = parent
        unsampled.isSampled = false
        time.advance(by: .seconds(1))
        #expect(await !store.withRootSpan("GET /", parent: unsampled) { $0.isRecording })
    }

    @Test func spansOfATraceAreBounded() async throws {
        let metrics = MetricsRegistry()
        let store = time.store(configuration { $0.spansPerTrace = 4 }, metrics: metrics)
        await store.withRootSpan("GET /") { _ in
            for index in 0..<10 { await withChildSpan("step \(index)") { _ in } }
        }
        let trace = try #require(store.recentTraces.first)
        #expect(trace.spans.map(\.name) == ["GET /", "step 0", "step 1", "step 2"])
        #expect(trace.droppedSpans == 7)
        #expect(metrics.snapshot(of: "pando_trace_spans_dropped_total")?.series.first?.value.number == 7)
    }

    @Test func attributesEventsAndTextsAreBounded() async throws {
        let store = time.store()
        await store.withRootSpan("GET /") { root in
            for index in 0..<100 {
                root.setAttribute("key\(index)", String(repeating: "é", count: 2000))
                root.addEvent("event")
            }
            root.setAttribute("key0", nil as String?)
            root.setAttribute("key1", 1)
        }
        let root = try #require(store.recentTraces.first?.root)
        #expect(root.attributes.count == 31)
        #expect(root.attributes.first?.value == .int64(1))
        #expect(root.events.count == 32)
        guard case .string(let text) = root.attributes[1].value else { return }
        #expect(text.count == 512 && text.hasSuffix("…"))
    }

    @Test func keepsTheLatestAndTheSlowestOfEachName() async {
        let store = time.store(
            configuration {
                $0.recentTraces = 3
                $0.slowestTracesPerName = 2
                $0.traceNames = 2
                $0.slowestWindow = .seconds(60)
            }
        )
        func request(_ name: String, _ milliseconds: Int) async {
            await store.withRootSpan(name) { _ in time.advance(by: .milliseconds(milliseconds)) }
        }
        for milliseconds in [5, 90, 10, 70, 20] { await request("a", milliseconds) }
        await request("b", 80)
        #expect(store.recentTraces.map(\.duration) == [80_000_000, 20_000_000, 70_000_000])
        #expect(store.slowestTraces.map(\.duration) == [90_000_000, 80_000_000, 70_000_000])
        #expect(store.slowestTraces.allSatisfy { store.trace($0.id) != nil })
        await request("c", 1)
        #expect(store.slowestTraces.map(\.name) == ["b", "c"], "the name with the oldest traces makes room")
        time.advance(by: .seconds(61))
        #expect(store.slowestTraces.isEmpty)
    }

    @Test func spansAfterTheirRootAreLeftOut() async throws {
        let store = time.store()
        let root = store.startRootSpan("GET /")
        let late = await root.withCurrent { TraceSpan.current?.child("late", kind: .internal) }
        root.end()
        late?.end()
        root.end()
        #expect(store.recentTraces.map(\.spans.count) == [1])
    }

    @Test func tasksInherittheirTrace() async throws {
        let store = time.store()
        await store.withRootSpan("GET /") { _ in
            await withTaskGroup { group in
                for index in 0..<8 { group.addTask { await withChildSpan("part \(index)") { _ in } } }
            }
        }
        #expect(store.recentTraces.first?.spans.count == 9)
    }

    @Test func storedTracesAreExported() async {
        let exported = Mutex<[String]>([])
        let store = time.store(export: { trace in exported.withLock { $0.append(trace.name) } })
        await store.withRootSpan("a") { _ in }
        await store.withRootSpan("b") { _ in }
        #expect(exported.withLock { $0 } == ["a", "b"])
    }

    @Test func tracesEncodeAsWaterfalls() async throws {
        let store = time.store()
        await store.withRootSpan("GET /") { root in
            root.setAttribute("ok", true)
            root.setAttribute("ratio", 0.5)
            root.setAttribute("bad", Double.nan)
            root.setAttribute("list", ["a", "b"])
            await withChildSpan("load") { $0?.setStatus(SpanStatus(code: .error, message: "no \"row\"")) }
            root.addEvent(SpanEvent(name: "cache", attributes: ["hit": false]))
        }
        let trace = try #require(store.recentTraces.first)
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(trace)) as? [String: Any]
        let spans = try #require(object?["spans"] as? [[String: Any]])
        #expect(object?["id"] as? String == trace.id.description)
        #expect(spans.count == 2)
        #expect(spans[1]["parent"] as? String == spans[0]["id"] as? String)
        #expect(spans[1]["error"] as? String == "no \"row\"")
        let attributes = try #require(spans[0]["attributes"] as? [String: Any])
        #expect(attributes["ok"] as? Bool == true)
        #expect(attributes["ratio"] as? Double == 0.5)
        #expect((spans[0]["events"] as? [[String: Any]])?.first?["name"] as? String == "cache")
        let summary =
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(TraceSummary(trace))) as? [String: Any]
        #expect(summary?["spanCount"] as? Int == 2)
    }

    @Test func idsDoNotRepeat() {
        let ids = TraceIDGenerator()
        var seen: Set<TraceID> = []
        for _ in 0..<100_000 { #expect(seen.insert(ids.traceID()).inserted) }
        #expect(TraceIDGenerator().traceID() != TraceIDGenerator().traceID())
    }
}
