import Distributed
import Foundation
import PandoDomains
import PandoTelemetry
import Testing

/// Two systems with nothing between them but bytes.
@Suite struct RemoteCallTests {
    private let server: DomainSystem
    private let client: DomainSystem
    private let traces = TraceStore()

    init() {
        let server = DomainSystem(traces: traces)
        server.host(Counter.self, instances: 2) { Counter(actorSystem: $0) }
        self.server = server
        client = DomainSystem { request in
            let sent = try JSONEncoder().encode(request)
            let response = await server.receive(try JSONDecoder().decode(DomainRequest.self, from: sent))
            return try JSONDecoder().decode(DomainResponse.self, from: JSONEncoder().encode(response))
        }
    }

    @Test func argumentsAndResultsGoThereAndBack() async throws {
        let sum = try await client.call(Counter.self) { try await $0.sum([40, 2], note: "“ü\n\"”") }
        #expect(sum == Counter.Sum(terms: [40, 2, 42], note: "“ü\n\"”"))
        let empty = try await client.call(Counter.self) { try await $0.sum([], note: nil) }
        #expect(empty == Counter.Sum(terms: [0], note: nil))
    }

    @Test func aFunctionWithoutResultIsCalled() async throws {
        let instance = try server.instance(of: Counter.self)
        _ = try await instance.sum([1], note: nil)
        // The next two calls go to both instances, in turn.
        for _ in 0..<2 { try await client.call(Counter.self) { try await $0.reset() } }
        #expect(await instance.whenLocal { $0.callCount() } == 0)
    }

    @Test func theOtherProcessPicksItsInstancesInTurn() async throws {
        var names: Set<DomainActorID> = []
        for _ in 0..<4 { names.insert(try await client.call(Counter.self) { try await $0.name() }) }
        #expect(names.count == 2)
    }

    @Test func listedErrorsArriveAsThemselves() async {
        await #expect(throws: Counter.TooLarge(limit: 100)) {
            try await client.call(Counter.self) { try await $0.sum([101], note: nil) }
        }
    }

    @Test func otherErrorsArriveInWords() async {
        let error = await #expect(throws: DomainError.self) {
            try await client.call(Counter.self) { try await $0.sum([-1], note: nil) }
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("Secret") == true)
    }

    @Test func theDeadlineCrossesAsTimeLeft() async throws {
        let left = try await client.call(Counter.self, within: .seconds(60)) { try await $0.millisecondsLeft() }
        #expect(try (1...60_000).contains(#require(left)))
        let error = await #expect(throws: DomainError.self) {
            try await client.call(Counter.self, within: .seconds(-1)) { try await $0.reset() }
        }
        #expect(error?.code == .deadlineExceeded)
    }

    @Test func theTraceCrosses() async throws {
        let id = try await traces.withRootSpan("request") { span in
            try await client.call(Counter.self) { try await $0.reset() }
            return span.traceID
        }
        let names = traces.recentTraces.filter { $0.id == id }.map { $0.spans[0].name }
        #expect(Set(names) == ["request", "serve Counter"])
    }

    @Test func genericFunctionsAreRefused() async {
        let error = await #expect(throws: DomainError.self) {
            try await client.call(Counter.self) { try await $0.first([1, 2]) }
        }
        #expect(error?.code == .unsupported)
    }

    @Test func anErrorOfTheTransportArrives() async {
        struct Unreachable: Error {}
        let alone = DomainSystem { _ in throw Unreachable() }
        await #expect(throws: Unreachable.self) { try await alone.call(Counter.self) { try await $0.reset() } }
    }

    @Test(arguments: [
        #"{"actor":{"interface":"Nobody"},"target":"x","arguments":[]}"#,
        #"{"actor":{"interface":"Counter"},"target":"x","arguments":[]}"#,
        #"{"actor":{"interface":"Counter"},"target":"","arguments":["1"]}"#,
        #"{"actor":{"interface":"Counter","instance":99},"target":"$s","arguments":[],"millisecondsLeft":-5}"#,
    ])
    func hostileRequestsAreAnswered(json: String) async throws {
        let request = try JSONDecoder().decode(DomainRequest.self, from: Data(json.utf8))
        guard case .failed = await server.receive(request) else {
            Issue.record("an unknown function was called")
            return
        }
    }

    @Test func aFunctionOfAnotherInterfaceIsRefused() async throws {
        server.host(Lamp.self, instances: 1) { Lamp(actorSystem: $0) }
        let swapping = DomainSystem { [server] request in
            var json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(request)) as? [String: Any] ?? [:]
            json["actor"] = ["interface": "Counter"]
            let data = try JSONSerialization.data(withJSONObject: json)
            return await server.receive(try JSONDecoder().decode(DomainRequest.self, from: data))
        }
        let error = await #expect(throws: DomainError.self) {
            try await swapping.call(Lamp.self) { try await $0.isOn() }
        }
        #expect(error?.code == .unknownFunction)
        #expect(try await client.call(Lamp.self) { try await $0.isOn() })
    }

    @Test func argumentsOfAnotherTypeAreRefused() async throws {
        let recorder = Recorder()
        let spy = DomainSystem { request in
            await recorder.keep(request)
            return .returnedVoid
        }
        _ = try? await spy.call(Counter.self) { try await $0.sum([1], note: nil) }
        let target = try #require(await recorder.request).target
        for arguments in [[], [#""text""#, "null"], ["[1]"], ["{", "null"]] {
            let json: [String: Any] = ["actor": ["interface": "Counter"], "target": target, "arguments": arguments]
            let data = try JSONSerialization.data(withJSONObject: json)
            let response = await server.receive(try JSONDecoder().decode(DomainRequest.self, from: data))
            guard case .failed(.undecodable, _) = response else {
                Issue.record("\(arguments): \(response)")
                continue
            }
        }
    }

    private actor Recorder {
        var request: DomainRequest?

        func keep(_ request: DomainRequest) { self.request = request }
    }
}
