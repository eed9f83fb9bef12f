import Distributed
import PandoDomains
import PandoTelemetry
import Testing

@Suite struct LocalCallTests {
    private let system = DomainSystem()

    init() {
        system.host(Counter.self, instances: 3) { Counter(actorSystem: $0) }
    }

    @Test func aLocalCallReachesTheInstanceItself() async throws {
        let instance = try system.instance(of: Counter.self)
        let sum = try await instance.sum([1, 2], note: "n")
        #expect(sum == Counter.Sum(terms: [1, 2, 3], note: "n"))
        let calls = await instance.whenLocal { $0.callCount() }
        #expect(calls == 1)
    }

    @Test func resolvingALocalIdentityGivesTheSameInstance() throws {
        let instance = try system.instance(of: Counter.self)
        let resolved = try Counter.resolve(id: instance.id, using: system)
        #expect(resolved === instance)
    }

    @Test func callsGoToInstancesInTurn() async throws {
        var names: [DomainActorID] = []
        for _ in 0..<6 { names.append(try await system.call(Counter.self) { try await $0.name() }) }
        #expect(Set(names).count == 3)
        #expect(Array(names[..<3]) == Array(names[3...]))
    }

    @Test func errorsArriveAsThrown() async {
        await #expect(throws: Counter.TooLarge(limit: 100)) {
            try await system.call(Counter.self) { try await $0.sum([101], note: nil) }
        }
        await #expect(throws: Counter.Secret.self) {
            try await system.call(Counter.self) { try await $0.sum([-1], note: nil) }
        }
    }

    @Test func whatIsNotHostedIsNamed() async {
        let error = await #expect(throws: DomainError.self) {
            try await DomainSystem().call(Counter.self) { try await $0.reset() }
        }
        #expect(error?.code == .notHosted)
        #expect(error?.message.contains("Counter") == true)
    }

    @Test func aCallAfterTheDeadlineIsNotMade() async throws {
        let error = await #expect(throws: DomainError.self) {
            try await Deadline.within(.seconds(-1)) {
                try await system.call(Counter.self) { try await $0.reset() }
            }
        }
        #expect(error?.code == .deadlineExceeded)
    }

    @Test func theDeadlineGoesAlongAndIsNeverProlonged() async throws {
        let none = try await system.call(Counter.self) { try await $0.millisecondsLeft() }
        #expect(none == nil)
        let left = try await Deadline.within(.seconds(60)) {
            try await system.call(Counter.self, within: .seconds(3600)) { try await $0.millisecondsLeft() }
        }
        #expect(try (1...60_000).contains(#require(left)))
    }

    @Test func aCallIsASpanOfTheCallersTrace() async throws {
        let traces = TraceStore()
        try await traces.withRootSpan("request") { _ in
            try await system.call(Counter.self) { try await $0.reset() }
        }
        #expect(traces.recentTraces[0].spans.map(\.name) == ["request", "call Counter"])
    }
}
