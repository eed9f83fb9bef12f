import Foundation
import NIOCore
import NIOHTTP1
import PandoDatabase
import Testing

/// A service whose database file is damaged, before it starts and while it runs.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DamagedFileTests {
    /// What becomes of a file.
    enum Damage: String, CaseIterable, Sendable {
        /// Its first page is noise.
        case head
        /// Its second half is gone.
        case cut
        /// All but its first page is noise.
        case pages

        func apply(to path: String) throws {
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            let size = Int(try file.seekToEnd())
            func noise(from offset: Int, to end: Int) throws {
                try file.seek(toOffset: UInt64(offset))
                try file.write(contentsOf: Data((offset..<end).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 13) }))
            }
            switch self {
            case .head: try noise(from: 0, to: 4096)
            case .cut: try file.truncate(atOffset: UInt64(size / 8192 * 4096))
            case .pages: try noise(from: 4096, to: size)
            }
            try file.close()
        }
    }

    @Test(arguments: Damage.allCases) func aDamagedFileIsNamedAtStartAndCanBeRestored(damage: Damage) async throws {
        let folder = try JournalProcess.makeFolder()
        let path = JournalProcess.databasePath(in: folder)
        try await Self.fill(folder)
        let backup = folder + "/backup.sqlite"
        #expect(try Self.run("doctor", in: folder).output.contains("\(path) begins as it should"))
        #expect(try Self.run("backup", backup, in: folder).status == 0)
        try damage.apply(to: path)

        let failed = await #expect(throws: JournalProcess.Failed.self) { try await JournalProcess.start(in: folder) }
        Self.expectAdvice(try #require(failed?.end), path)
        let examined = try Self.run("doctor", "--deep", in: folder)
        #expect(examined.status == 1)
        #expect(examined.output.contains(path) && examined.output.contains("journal restore BACKUP"), "\(examined)")
        // Without reading everything the doctor knows what the first page says.
        let glance = try Self.run("doctor", in: folder)
        #expect(glance.output.contains("journal restore BACKUP") == (damage != .pages), "\(glance)")
        let refused = try Self.run("backup", folder + "/other.sqlite", in: folder)
        #expect(refused.status == 1 && refused.errors.contains(path), "\(refused)")

        #expect(try Self.run("restore", backup, in: folder).status == 0)
        let service = try await JournalProcess.start(in: folder)
        #expect(try await service.waits { $0.isQuiet }.entries.count == 50)
        #expect(try service.stop().status == 0)
        try FileManager.default.removeItem(atPath: folder)
    }

    /// It stops rather than go on half broken; what is above it starts it again, or calls for help.
    @Test func damageWhileItRunsStopsItAndNamesTheFile() async throws {
        let folder = try JournalProcess.makeFolder()
        let path = JournalProcess.databasePath(in: folder)
        try await Self.fill(folder)
        let service = try await JournalProcess.start(in: folder)
        let token = try await service.logIn()
        try Damage.pages.apply(to: path)
        var statuses: Set<Int> = []
        var number = 1000
        while service.isRunning {
            // A process that has just ended answers nothing, and the client keeps knocking until the time is over.
            let answer = try? await service.enter(number, token: token, fillerBytes: 1 << 20, timeout: .seconds(1))
            if let answer { statuses.insert(answer.status) }
            number += 1
        }
        Self.expectAdvice(try service.waitForEnd(), path)
        #expect(statuses.isSubset(of: [201, 500, 503]), "\(statuses)")
        try FileManager.default.removeItem(atPath: folder)
    }

    private static func fill(_ folder: String) async throws {
        let service = try await JournalProcess.start(in: folder)
        let token = try await service.logIn()
        for number in 0..<50 {
            #expect(try await service.enter(number, token: token, fillerBytes: 9000).status == 201)
        }
        try await service.waits { $0.isQuiet }
        #expect(try service.stop().status == 0)
    }

    private static func run(_ arguments: String..., in folder: String) throws -> JournalProcess.End {
        try JournalProcess.run(arguments + ["--data", folder + "/data"], in: folder)
    }

    private static func expectAdvice(_ end: JournalProcess.End, _ path: String) {
        #expect(end.status == 1 && !end.bySignal)
        #expect(end.errors.contains(path), "\(end.errors)")
        #expect(end.errors.contains("journal restore BACKUP"), "\(end.errors)")
    }
}
