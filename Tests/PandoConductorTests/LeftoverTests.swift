import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import PandoConductor

/// What processes that were killed leave behind.
@Suite(.serialized) struct LeftoverTests {
    @Test(.timeLimit(.minutes(1))) func killedMakingOfADatabaseBlocksNothing() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.withHost { host, _ in
                try await eventually("the file is there") {
                    let names = (try? FileManager.default.contentsOfDirectory(atPath: fixture.folder)) ?? []
                    let attempt = names.first { $0.hasPrefix("new-") } ?? "new"
                    return FileManager.default.fileExists(atPath: "\(fixture.folder)/\(attempt)/data/base")
                }
                kill(host, SIGKILL)
            }
            #expect(!FileManager.default.fileExists(atPath: fixture.data))
            let answer = try await fixture.run { try await $0.psql("SELECT 1") }
            #expect(answer == "1")
        }
    }

    @Test(.timeLimit(.minutes(1))) func serverEndsWithTheProcessThatServes() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.withHost { host, says in
                try await eventually("it says ready") { says().first == "ready" }
                #expect(!PostgresProcesses(servingData: fixture.data).servers.isEmpty)
                kill(host, SIGKILL)
            }
            try await eventually("all processes are gone") { PostgresProcesses(servingData: fixture.data).all.isEmpty }
        }
    }

    @Test(.timeLimit(.minutes(1))) func orphanedServerIsReplaced() async throws {
        try await PostgresFixture.with { fixture in
            _ = try await fixture.run { try await $0.psql("CREATE TABLE rooms (number int)") }
            try await Self.withServer(
                fixture,
                ["-c", "cluster_name=\(PostgresProcesses.clusterName(for: fixture.data))"]
            ) { orphan in
                try await fixture.run { postgres in
                    #expect(postgres.processID != orphan)
                    try await postgres.expect("SELECT count(*) FROM rooms", "0")
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func serverThatWasStartedByHandIsLeftAlone() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { _ in }
            try await Self.withServer(fixture, []) { foreign in
                let error = await #expect(throws: ConductorError.self) { try await fixture.run { _ in } }
                #expect(error?.code == .folderInUse)
                #expect(error?.message.contains("process \(foreign)") == true)
                #expect(kill(foreign, 0) == 0)
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func processesOfADeadServerAreEnded() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { postgres in
                let first = postgres.processID
                // Busy in the processor, so that it does not see that its server is gone.
                let loop = "DO $$ BEGIN LOOP END LOOP; END $$"
                async let busy = postgres.psql(loop)
                try await eventually("the server is idle") {
                    try await postgres.psql(
                        "SELECT count(*) FROM pg_stat_activity WHERE query = '\(loop)' AND state = 'active'"
                    ) == "1"
                }
                kill(first, SIGKILL)
                let answer = try await busy
                #expect(answer == nil)
                try await eventually("it answers again") { try await postgres.psql("SELECT 1") == "1" }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func frozenServerIsBrokenOffAndRecovers() async throws {
        try await PostgresFixture.with { fixture in
            var configuration = fixture.configuration
            configuration.stopTimeout = .milliseconds(100)
            try await LocalPostgres.run(configuration, logger: fixture.logger) { postgres in
                try await postgres.expect("CREATE TABLE rooms (number int)", "")
                kill(postgres.processID, SIGSTOP)
            }
            #expect(PostgresProcesses(servingData: fixture.data).all.isEmpty)
            try await fixture.run { try await $0.expect("SELECT count(*) FROM rooms", "0") }
        }
    }

    @Test(.timeLimit(.minutes(1))) func lockOfAProcessNumberThatIsUsedAgainIsRemoved() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { _ in }
            let owner = try #require(FileStatus(fixture.data))
            let user = geteuid() == 0 ? owner.owner : nil
            _ = try await Subprocess.run(
                PostgresFixture.command("sleep", ["600"], as: user),
                input: .none,
                output: .discarded,
                error: .discarded
            ) { sleeper in
                let process = sleeper.processIdentifier.value
                let lock = "\(process)\n\(fixture.data)\n1\n5432\n\(fixture.folder)/run\n\n"
                try lock.write(toFile: "\(fixture.data)/postmaster.pid", atomically: false, encoding: .utf8)
                let answer = try await fixture.run { try await $0.psql("SELECT 1") }
                #expect(answer == "1")
                try sleeper.send(signal: .kill)
            }
        }
    }

    /// Runs a server without Pando, as the owner of the data.
    private static func withServer(
        _ fixture: PostgresFixture,
        _ arguments: [String],
        _ body: @Sendable (_ process: pid_t) async throws -> Void
    ) async throws {
        let owner = try #require(FileStatus(fixture.data))
        let installation = try await PostgresInstallation.find()
        let arguments = ["-D", fixture.data, "-k", "\(fixture.folder)/run", "-c", "listen_addresses="] + arguments
        _ = try await Subprocess.run(
            PostgresFixture.command(
                "\(installation.folder)/postgres",
                arguments,
                as: geteuid() == 0 ? owner.owner : nil
            ),
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            try await eventually("the server is ready") {
                FileTail.lines(of: "\(fixture.data)/postmaster.pid").last?.hasPrefix("ready") == true
            }
            try await body(execution.processIdentifier.value)
            try? execution.send(signal: .interrupt)  // it may have ended
        }
    }
}
