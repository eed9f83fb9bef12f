import Foundation
import Subprocess
import TestSupport
import Testing

@testable import PandoConductor

/// A server of its own in each test.
@Suite(.serialized) struct LocalPostgresTests {
    @Test(.timeLimit(.minutes(1))) func serversKeepTheirDataAndLeaveNothingRunning() async throws {
        try await PostgresFixture.with { fixture in
            let process = try await fixture.run { postgres in
                try await postgres.expect("CREATE TABLE rooms (number int); INSERT INTO rooms VALUES (7)", "")
                return postgres.processID
            }
            #expect(kill(process, 0) != 0)
            #expect(PostgresProcesses(servingData: fixture.data).all.isEmpty)
            let answer = try await fixture.run { try await $0.psql("SELECT number FROM rooms") }
            #expect(answer == "7")
        }
    }

    @Test(.timeLimit(.minutes(1))) func serverIsDurableUTF8AndPrivate() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { postgres in
                let settings = ["data_checksums", "server_encoding", "lc_collate", "wal_level", "synchronous_commit"]
                for (setting, value) in zip(settings, ["on", "UTF8", "C", "replica", "on"]) {
                    try await postgres.expect("SHOW \(setting)", value)
                }
                try await postgres.expect("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", "f")
                try await postgres.expect("SHOW listen_addresses", "")
            }
            let modes = try ["pgpass", "data", "log", "run"].map {
                try FileManager.default.attributesOfItem(atPath: "\(fixture.folder)/\($0)")[.posixPermissions] as? Int
            }
            #expect(modes == [0o600, 0o700, 0o700, 0o700])
            let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder).sorted()
            #expect(names == ["data", "lock", "log", "pgpass", "run", "start.log"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func oldLogsAreRemoved() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { _ in }
            for day in 10...29 {
                try Data().write(to: URL(fileURLWithPath: "\(fixture.folder)/log/postgresql-1999-01-\(day)_000000.log"))
            }
            try await fixture.run { _ in }
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(fixture.folder)/log").sorted()
            #expect(names.count == 10)
            #expect(names.last?.contains("1999") == false)
        }
    }

    @Test(.timeLimit(.minutes(1))) func killedServerIsStartedAgainUnderTheSameBody() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { postgres in
                try await postgres.expect("CREATE TABLE rooms (number int); INSERT INTO rooms VALUES (7)", "")
                let first = postgres.processID
                #expect(kill(first, SIGKILL) == 0)
                try await eventually("the table is back") { try await postgres.psql("SELECT number FROM rooms") == "7" }
                #expect(postgres.processID != first)
            }
            #expect(PostgresProcesses(servingData: fixture.data).all.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func serverThatKeepsFailingIsGivenUp() async throws {
        try await PostgresFixture.with { fixture in
            let error = await #expect(throws: ConductorError.self) {
                try await fixture.run { postgres in
                    try FileManager.default.removeItem(atPath: "\(fixture.data)/global/pg_control")
                    kill(postgres.processID, SIGKILL)
                    try await Task.sleep(for: .seconds(600))
                }
            }
            #expect(error?.code == .engineFailed)
            #expect(error?.message.contains("global/pg_control") == true)
            #expect(PostgresProcesses(servingData: fixture.data).all.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func serverOutlivesTheCancelledBodyAndThenEnds() async throws {
        try await PostgresFixture.with { fixture in
            let (started, hasStarted) = AsyncStream<Void>.makeStream()
            let run = Task {
                try await fixture.run { postgres in
                    hasStarted.finish()
                    try? await Task.sleep(for: .seconds(600))
                    // A cancelled task starts no process.
                    return await Task { try? await postgres.psql("SELECT 1") }.value
                }
            }
            for await _ in started {}
            run.cancel()
            let answer = try await run.value
            #expect(answer == "1")
            #expect(PostgresProcesses(servingData: fixture.data).all.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func errorOfTheBodyStopsTheServer() async throws {
        struct Refusal: Error {}
        try await PostgresFixture.with { fixture in
            await #expect(throws: Refusal.self) { try await fixture.run { _ in throw Refusal() } }
            #expect(PostgresProcesses(servingData: fixture.data).all.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func otherBodyOnTheFolderIsRefused() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { postgres in
                let error = await #expect(throws: ConductorError.self) { try await fixture.run { _ in } }
                #expect(error?.code == .folderInUse)
                #expect(
                    error?.message.contains("process \(getpid()), with its PostgreSQL, process \(postgres.processID)")
                        == true
                )
                try await postgres.expect("SELECT 1", "1")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func passwordOpensTCP() async throws {
        try await PostgresFixture.with { fixture in
            let configuration = try fixture.configuration(port: LoopbackPort().number)
            try await LocalPostgres.run(configuration, logger: fixture.logger) { postgres in
                let answers = try await [
                    postgres.psqlOverTCP("SELECT 1", passwordFile: postgres.passwordFile),
                    postgres.psqlOverTCP("SELECT 1", passwordFile: nil),
                ]
                #expect(answers == ["1", nil])
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func takenPortIsNamedInTheServersWords() async throws {
        try await PostgresFixture.with { fixture in
            let port = try LoopbackPort()
            let configuration = fixture.configuration(port: port.number)
            let error = await #expect(throws: ConductorError.self) {
                try await LocalPostgres.run(configuration, logger: fixture.logger) { _ in }
            }
            #expect(error?.code == .startFailed)
            #expect(error?.message.contains("Address already in use") == true)
            withExtendedLifetime(port) {}
        }
    }

    @Test(.timeLimit(.minutes(1))) func longPathPutsTheSocketElsewhere() async throws {
        try await PostgresFixture.with { fixture in
            var configuration = fixture.configuration
            configuration.folder = "\(fixture.parent)/\(String(repeating: "long, ", count: 20))/\"postgres\""
            let host = try await LocalPostgres.run(configuration, logger: fixture.logger) { postgres in
                try await postgres.expect("SELECT 1", "1")
                return postgres.host
            }
            #expect(host.hasPrefix("/tmp/pando-"))
            #expect(!FileManager.default.fileExists(atPath: host))
        }
    }
}
