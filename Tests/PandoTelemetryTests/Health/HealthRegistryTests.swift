import Foundation
import PandoTelemetry
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct HealthRegistryTests {
    struct DiskFull: Error, CustomStringConvertible {
        let description = "disk full"
    }

    let health = HealthRegistry()

    @Test func readinessFollowsThePhase() async {
        #expect(await !health.report().isReady)
        health.enter(.ready)
        #expect(await health.report().isReady)
        health.enter(.draining)
        #expect(await !health.report().isReady)
        health.enter(.ready)
        #expect(health.phase == .draining, "draining is final")
    }

    @Test func failingRequiredChecksMakeItUnready() async throws {
        health.enter(.ready)
        health.register("database") {}
        #expect(await health.report().isReady)
        health.register("mail", isRequired: false) { throw DiskFull() }
        #expect(await health.report().isReady)
        health.register("database") { throw DiskFull() }
        let report = await health.report()
        #expect(!report.isReady)
        #expect(report.checks.map(\.name) == ["database", "mail"])
        #expect(report.checks.first?.error == "disk full")
    }

    @Test func slowChecksFailAfterTheirTimeout() async throws {
        health.enter(.ready)
        health.register("slow", timeout: .milliseconds(20)) { try await Task.sleep(for: .seconds(3600)) }
        let report = await health.report()
        #expect(!report.isReady)
        #expect(report.checks.first?.error?.contains("no answer within") == true)
    }

    @Test func checksThatHangAreStartedOnce() async throws {
        let starts = Atomic(0)
        let (release, releaser) = AsyncStream<Void>.makeStream()
        let (ended, ender) = AsyncStream<Void>.makeStream()
        health.enter(.ready)
        health.register("stuck", timeout: .milliseconds(10)) {
            starts.wrappingAdd(1, ordering: .relaxed)
            // Waits in a task of its own, so that cancelling the check does not end the wait.
            await Task { for await _ in release { break } }.value
            ender.yield()
        }
        for _ in 0..<3 { #expect(await !health.report().isReady) }
        #expect(starts.load(ordering: .relaxed) == 1)
        releaser.yield()
        for await _ in ended { break }
    }

    @Test func concurrentReportsShareARun() async {
        let starts = Atomic(0)
        let (gate, opener) = AsyncStream<Void>.makeStream()
        health.enter(.ready)
        health.register("database", timeout: .seconds(30)) {
            starts.wrappingAdd(1, ordering: .relaxed)
            for await _ in gate { break }
        }
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { await health.report() } }
            opener.yield()
            opener.finish()
            for await report in group { #expect(report.isReady) }
        }
        #expect(starts.load(ordering: .relaxed) <= 4)
    }

    @Test func reportIsJSON() async throws {
        health.enter(.ready)
        health.register("database") { throw DiskFull() }
        let data = try JSONEncoder().encode(await health.report())
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["ready"] as? Bool == false)
        #expect(object["phase"] as? String == "ready")
        let check = try #require((object["checks"] as? [[String: Any]])?.first)
        #expect(check["name"] as? String == "database")
        #expect(check["healthy"] as? Bool == false)
        #expect(check["error"] as? String == "disk full")
    }
}
