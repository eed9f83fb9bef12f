import Foundation
import NIOHTTP1
import PandoDatabase
import TestSupport
import Testing

/// A service whose disk gets full again and again, at any step of its writes, and has room again each time.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DiskFullTests {
    private static let rounds = 12

    /// What the clients know.
    private struct Known {
        var acknowledged: Set<Int> = []
        var refused: Set<Int> = []
        var next = 0
    }

    @Test func aFullDiskRefusesWritesLosesNothingAndHeals() async throws {
        var random = SeededGenerator(variable: "PANDO_TEST_SEED")
        print("full disk: PANDO_TEST_SEED=\(random.seed) repeats it")
        let folder = try JournalProcess.makeFolder()
        let faults = try FaultControl(in: folder)
        let service = try await JournalProcess.start(in: folder, faults: faults)
        let token = try await service.logIn()
        var known = Known()
        for round in 0..<Self.rounds {
            // From no room at all to some batches' worth; what is found while it lasts differs each time.
            let room = round % 4 == 0 ? 0 : Int.random(in: 1...400_000, using: &random)
            try faults.leaveRoom(bytes: room)
            let refusedBefore = known.refused.count
            while known.refused.count == refusedBefore { try await enterSome(service, token, &known) }
            try await expectReadsGoOn(service, token, known)
            try faults.leaveRoom(bytes: nil)
            let healed = try await service.enter(known.next, token: token)
            #expect(healed.status == 201, "round \(round), room \(room): \(healed.text)")
            known.acknowledged.insert(known.next)
            known.next += 1
        }
        // The control: the disk was full in truth.
        #expect(try faults.refusedWrites >= Self.rounds)
        try await expectAllIsThere(known, service, folder)
    }

    /// The write-ahead log is past the size at which it is copied into the file, which has no room to grow either.
    @Test func aDiskThatIsFullDuringCheckpointsLosesNothing() async throws {
        let folder = try JournalProcess.makeFolder()
        let faults = try FaultControl(in: folder)
        let service = try await JournalProcess.start(in: folder, faults: faults)
        let token = try await service.logIn()
        var known = Known()
        for _ in 0..<3 {
            try faults.leaveRoom(bytes: nil)
            for _ in 0..<3 { try await enterSome(service, token, &known, fillerBytes: 1 << 20) }
            try faults.leaveRoom(bytes: 1_000_000)
            let refusedBefore = known.refused.count
            while known.refused.count == refusedBefore {
                try await enterSome(service, token, &known, fillerBytes: 1 << 20)
            }
            try await expectReadsGoOn(service, token, known)
        }
        try faults.leaveRoom(bytes: nil)
        #expect(try faults.refusedWrites > 0)
        #expect(try fileSize(JournalProcess.databasePath(in: folder)) > 16 << 20)
        try await enterSome(service, token, &known)
        try await expectAllIsThere(known, service, folder)
    }

    @Test func aServiceThatCannotStartForWantOfRoomSaysSoAndStartsLater() async throws {
        let folder = try JournalProcess.makeFolder()
        let faults = try FaultControl(in: folder)
        try faults.leaveRoom(bytes: 20_000)
        let failed = await #expect(throws: JournalProcess.Failed.self) {
            try await JournalProcess.start(in: folder, faults: faults)
        }
        let end = try #require(failed?.end)
        #expect(end.status == 1 && !end.bySignal)
        #expect(end.errors.contains("free space on the disk"), "\(end.errors)")
        try faults.leaveRoom(bytes: nil)
        let service = try await JournalProcess.start(in: folder, faults: faults)
        #expect(try await service.enter(1, token: try await service.logIn()).status == 201)
        #expect(try service.stop().status == 0)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func aBackupToAFullDiskLeavesNoFile() async throws {
        let folder = try JournalProcess.makeFolder()
        let service = try await JournalProcess.start(in: folder)
        #expect(try await service.enter(1, token: try await service.logIn(), fillerBytes: 1 << 20).status == 201)
        #expect(try service.stop().status == 0)
        let faults = try FaultControl(in: folder)
        try faults.leaveRoom(bytes: 100_000)
        let end = try JournalProcess.run(
            ["backup", folder + "/data/copy.sqlite", "--data", folder + "/data"],
            in: folder,
            faults: faults
        )
        #expect(end.status == 1 && !end.bySignal)
        #expect(end.errors.contains("free space on the disk"), "\(end.errors)")
        #expect(try faults.refusedWrites > 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/data")
        #expect(left.allSatisfy { !$0.hasPrefix("copy.sqlite") }, "\(left)")
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Eight clients enter a number each, at the same time.
    private func enterSome(
        _ service: JournalProcess,
        _ token: String,
        _ known: inout Known,
        fillerBytes: Int = 30_000
    ) async throws {
        let numbers = known.next..<known.next + 8
        known.next += 8
        let answers = try await withThrowingTaskGroup(of: (Int, JournalProcess.Answer).self) { group in
            for number in numbers {
                group.addTask { (number, try await service.enter(number, token: token, fillerBytes: fillerBytes)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (number, answer) in answers {
            switch answer.status {
            case 201: known.acknowledged.insert(number)
            default:
                known.refused.insert(number)
                #expect(answer.status == 503, "\(answer.text)")
                #expect(answer.text.contains("unavailable"), "\(answer.text)")
                #expect(answer.headers.first(name: "Retry-After") != nil)
            }
        }
    }

    private func expectReadsGoOn(_ service: JournalProcess, _ token: String, _ known: Known) async throws {
        #expect(try await service.send(.GET, "me", token: token).text == "ada")
        let state = try await service.state()
        #expect(Set(state.entries) == known.acknowledged)
    }

    private func expectAllIsThere(_ known: Known, _ service: JournalProcess, _ folder: String) async throws {
        try await expectAll(known, in: try await service.waits { $0.isQuiet })
        #expect(try service.stop().status == 0)
        let again = try await JournalProcess.start(in: folder)
        try await expectAll(known, in: try await again.waits { $0.isQuiet })
        #expect(try again.stop().status == 0)
        try await Database.check(JournalProcess.databasePath(in: folder))
        try FileManager.default.removeItem(atPath: folder)
    }

    private func fileSize(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    private func expectAll(_ known: Known, in state: JournalReport) async throws {
        #expect(Set(state.entries) == known.acknowledged)
        #expect(state.faults.isEmpty)
    }
}
