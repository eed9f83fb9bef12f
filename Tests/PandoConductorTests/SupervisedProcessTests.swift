import Foundation
import Logging
import PandoConductor
import Synchronization
import TestSupport
import Testing

/// Programs of the shell, as they are started, watched, started again and stopped.
@Suite struct SupervisedProcessTests {
    /// What a process did.
    private final class Events: Sendable {
        private let state = Mutex((lines: [String](), ends: [Bool]()))

        var lines: [String] { state.withLock(\.lines) }
        /// For each end, whether it had served before.
        var ends: [Bool] { state.withLock(\.ends) }

        func take(_ event: SupervisedProcess.Event) {
            state.withLock { state in
                switch event {
                case .ready(let line): state.lines.append(line)
                case .ended(_, let hasServed): state.ends.append(hasServed)
                }
            }
        }
    }

    private static func process(_ script: String, stopTimeout: Duration = .seconds(20)) -> SupervisedProcess {
        var configuration = SupervisedProcess.Configuration(
            name: "node-1",
            program: "/bin/sh",
            arguments: ["-c", script]
        )
        configuration.stopTimeout = stopTimeout
        return SupervisedProcess(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs a script while `body` does, and returns when its process has ended.
    private static func run(
        _ process: SupervisedProcess,
        _ body: (SupervisedProcess, Events) async throws -> Void
    ) async throws -> Events {
        let events = Events()
        async let running: Void = process.run { events.take($0) }
        do {
            try await body(process, events)
        } catch {
            process.stop()
            throw error
        }
        process.stop()
        await running
        return events
    }

    private static let serving = "echo \"ready $$\"; exec sleep 600"

    @Test(.timeLimit(.minutes(1))) func saysItsFirstLineAndEndsByAStop() async throws {
        let process = Self.process(Self.serving)
        let events = try await Self.run(process) { process, events in
            try await eventually("it is ready") { !events.lines.isEmpty }
            #expect(events.lines == ["ready \(process.processID ?? 0)"])
        }
        #expect(process.processID == nil)
        #expect(events.lines.count == 1 && events.ends.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func whatIsKilledIsStartedAgain() async throws {
        let process = Self.process(Self.serving)
        let events = try await Self.run(process) { process, events in
            try await eventually("it is ready") { !events.lines.isEmpty }
            process.send(SIGKILL)
            try await eventually("it is ready again") { events.lines.count == 2 }
        }
        #expect(Set(events.lines).count == 2)
        #expect(events.ends == [true])
    }

    @Test(.timeLimit(.minutes(1))) func whatNeverServesIsToldAndTriedAgain() async throws {
        let events = try await Self.run(Self.process("exit 3")) { _, events in
            try await eventually("it has been tried twice") { events.ends.count == 2 }
        }
        #expect(events.lines.isEmpty && events.ends.allSatisfy { !$0 })
    }

    @Test(.timeLimit(.minutes(1))) func whatDoesNotStopIsKilled() async throws {
        let script = "trap '' TERM; echo deaf; while :; do sleep 0.1; done"
        let process = Self.process(script, stopTimeout: .milliseconds(200))
        _ = try await Self.run(process) { _, events in
            try await eventually("it is ready") { !events.lines.isEmpty }
        }
        #expect(process.processID == nil)
    }

    @Test(.timeLimit(.minutes(1))) func aStopBeforeTheStartStartsNothing() async throws {
        let process = Self.process(Self.serving)
        process.stop()
        let events = Events()
        await process.run { events.take($0) }
        #expect(events.lines.isEmpty)
    }
}
