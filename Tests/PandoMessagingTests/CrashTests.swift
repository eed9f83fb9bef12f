import Foundation
import Logging
import PandoDatabase
import PandoMessaging
import PandoTelemetry
import Testing

/// Kills a real process over real files.
@Suite(.serialized, .timeLimit(.minutes(2))) struct CrashTests {
    private struct Numbered: Message {
        static let topic = "crash-number"
        let number: Int
    }

    /// Starts the service that is to be killed; its executable lies beside that of the tests.
    private func start(_ path: String, _ mode: String, first: Int) throws -> (Process, Pipe) {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [folder, URL(fileURLWithPath: tests).deletingLastPathComponent()]
            .map { $0.appendingPathComponent("messaging-crash") }
        let process = Process()
        let executable: URL = try #require(candidates.first { FileManager.default.fileExists(atPath: $0.path) })
        process.executableURL = executable
        process.arguments = [path, mode, "\(first)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        return (process, output)
    }

    /// Reads whole lines to the end of the pipe.
    private func forEachLine(of pipe: Pipe, _ body: (Substring) throws -> Void) throws {
        var rest = ""
        while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            rest += String(decoding: data, as: UTF8.self)
            let lines = rest.split(separator: "\n", omittingEmptySubsequences: false)
            for line in lines.dropLast() { try body(line) }
            rest = String(lines.last ?? "")
        }
    }

    private func effects(_ database: Database) async throws -> [Int: Int] {
        let rows = try await database.read(.strong) { tx in
            try await tx.rows("SELECT number, count FROM effects") { row in
                try (row.get(0, as: Int.self), row.get(1, as: Int.self))
            }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func drain(_ database: Database) async throws {
        let messaging = Messaging(
            database: database,
            metrics: MetricsRegistry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try messaging.consume(Numbered.self, as: "effects") { message, tx in
            try await tx.execute(
                """
                INSERT INTO effects (number, count) VALUES (\(message.number), 1) \
                ON CONFLICT (number) DO UPDATE SET count = effects.count + 1
                """
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await messaging.run() }
            while try await messaging.statistics().contains(where: { $0.ready + $0.pending > 0 }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            group.cancelAll()
        }
    }

    @Test func nothingAcknowledgedIsLostAndNoEffectHappensTwice() async throws {
        let path = try Database.Configuration.temporaryPath()
        var published: Set<Int> = []
        for round in 0..<4 {
            let (process, output) = try start(path, "publish", first: round * 1_000_000)
            var lines = 0
            let target = Int.random(in: 200...1500)
            try forEachLine(of: output) { line in
                published.insert(try #require(Int(line.split(separator: " ")[1])))
                lines += 1
                if lines == target { kill(process.processIdentifier, SIGKILL) }
            }
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal, "round \(round) after \(lines) lines")
        }
        let database = try await Database.open(Database.Configuration(path: path))
        try await drain(database)
        let effects = try await effects(database)
        #expect(published.subtracting(effects.keys).isEmpty, "acknowledged but lost")
        #expect(effects.values.allSatisfy { $0 == 1 }, "effects that happened again")
    }

    @Test func aMessageThatKillsItsProcessIsGivenUp() async throws {
        let path = try Database.Configuration.temporaryPath()
        let database = try await Database.open(Database.Configuration(path: path))
        try await Messaging.migrate(database)
        try await database.write { tx in
            for number in 1...20 { try await tx.publish(Numbered(number: number)) }
        }
        await database.close()
        var kills = 0
        while kills < 10 {
            let (process, output) = try start(path, "poison", first: 0)
            try forEachLine(of: output) { _ in }
            process.waitUntilExit()
            if process.terminationReason == .exit { break }
            kills += 1
        }
        #expect(kills == 3)
        let after = try await Database.open(Database.Configuration(path: path))
        let dead = try await DeadLetters(database: after).list()
        #expect(try dead.map { try Numbered(encoded: $0.payload).number } == [13])
        #expect(dead.first?.attempts == 3)
        let effects = try await effects(after)
        #expect(Set(effects.keys) == Set(1...20).subtracting([13]))
        #expect(effects.values.allSatisfy { $0 == 1 })
    }
}
