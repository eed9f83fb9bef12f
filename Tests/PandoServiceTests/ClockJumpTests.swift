import Foundation
import NIOHTTP1
import PandoDatabase
import Testing

/// A service whose wall clock goes an hour back and a day forward while requests, sessions, schedules and messages run.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ClockJumpTests {
    private static let hour = Duration.seconds(3600)
    private static let day = Duration.seconds(86_400)

    @Test func jumpsLoseNothingAndRepeatNothing() async throws {
        let folder = try JournalProcess.makeFolder()
        let faults = try FaultControl(in: folder)
        let origin = try Self.setTenPastTheMinute(faults)
        let service = try await JournalProcess.start(in: folder, faults: faults)
        var guest = Guest(token: try await service.logIn())

        // Some that are due while the clock is an hour back: they wait for it.
        try await guest.enters(20, service, delaySeconds: 600)
        let before = try await service.waits { $0.effects.count == 20 && Set($0.notebook).count == 20 }
        #expect(before.lateEffects.isEmpty && before.ticks == 0)

        try faults.setClock(ahead: origin - Self.hour)
        try await guest.enters(20, service, delaySeconds: 0)
        let back = try await service.waits { $0.effects.count == 40 && $0.lateEffects.count == 20 }
        #expect(before.now - back.now > .seconds(3500), "the clock did not go back")
        #expect(try await service.send(.GET, "me", token: guest.token).status == 200)
        #expect(back.ticks == 0)

        // What was due is done now, and the schedule makes up for all its missed times by one.
        try faults.setClock(ahead: origin + Self.day)
        let forward = try await service.waits { $0.isQuiet && $0.ticks > 0 }
        #expect(forward.now - back.now > Self.day)
        // A session that idles for 12 h has ended, as SessionStore says.
        #expect(try await service.send(.GET, "me", token: guest.token).status == 401)
        guest.token = try await service.logIn()
        try await guest.enters(20, service, delaySeconds: 0)

        // Back to before: the times that the schedule has had do not come again, the next one does.
        try faults.setClock(ahead: origin)
        try await guest.enters(20, service, delaySeconds: 0)
        #expect(try await service.waits(until: \.isQuiet).ticks == 1)
        try faults.setClock(ahead: origin + Self.day + .seconds(60))
        try await service.waits { $0.ticks == 2 }
        try await guest.enters(20, service, delaySeconds: 0)

        let end = try await service.waits(until: \.isQuiet)
        #expect(end.entries == Array(0..<guest.next) && end.faults.isEmpty)
        #expect(end.ticks == 2)
        #expect(try faults.shiftedReadings > 1000)
        #expect(try service.stop().status == 0)
        try await FreshProcess(folder: folder, faults: faults).goesOn(after: end, origin - Self.hour)
        try FileManager.default.removeItem(atPath: folder)
    }

    /// A write that waits for something else has a limit, whatever the wall clock does meanwhile.
    @Test func aStuckWriteHoldsNobodyUpThoughTheClockGoesBack() async throws {
        let folder = try JournalProcess.makeFolder()
        let faults = try FaultControl(in: folder)
        let service = try await JournalProcess.start(in: folder, faults: faults)
        // Nobody is logged in: a session's own writes would wake the writer.
        async let first = service.send(.POST, "stuck")
        try await service.waits { $0.stuck == 1 }
        async let second = service.send(.POST, "stuck")
        while try await !service.send(.GET, "metrics").text.contains("pando_database_write_queue_depth 2") {
            try await Task.sleep(for: .milliseconds(5))  // another process offers nothing to await
        }
        try faults.setClock(ahead: .zero - Self.hour)
        // The second gets its turn when the first has had its second.
        let deadline = ContinuousClock.now + .seconds(20)
        let state = try await service.waits { $0.stuck == 2 || ContinuousClock.now > deadline }
        #expect(state.stuck == 2)
        try service.kill()
        _ = try? await (first, second)  // their process is gone
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Makes the clock's minute begin ten seconds ago, so that no minute ends by itself while the test runs.
    ///
    /// - Returns: how far it is ahead.
    private static func setTenPastTheMinute(_ faults: FaultControl) throws -> Duration {
        let second = Instant.now.microsecondsSince1970 / 1_000_000 % 60
        let ahead = Duration.seconds(70 - second)
        try faults.setClock(ahead: ahead)
        return ahead
    }

    /// A client that enters one number after the other.
    private struct Guest {
        var token: String
        var next = 0
        private var last: Identifier?

        init(token: String) { self.token = token }

        /// Every entry is acknowledged, and its identifier is greater than the one before.
        mutating func enters(_ count: Int, _ service: JournalProcess, delaySeconds: Double) async throws {
            for _ in 0..<count {
                let answer = try await service.enter(next, token: token, delaySeconds: delaySeconds)
                #expect(answer.status == 201, "\(answer.text)")
                let id = try answer.json(Entered.self).id
                if let last { #expect(id > last) }
                last = id
                next += 1
            }
        }

        private struct Entered: Decodable {
            let id: Identifier
        }
    }

    /// A service that is started again while its clock is behind what it has stored.
    private struct FreshProcess {
        let folder: String
        let faults: FaultControl

        func goesOn(after end: JournalReport, _ ahead: Duration) async throws {
            try faults.setClock(ahead: ahead)
            let service = try await JournalProcess.start(in: folder, faults: faults)
            let number = (end.entries.last ?? 0) + 1
            #expect(try await service.enter(number, token: try await service.logIn()).status == 201)
            let state = try await service.waits { $0.isQuiet }
            #expect(state.entries == end.entries + [number] && state.faults.isEmpty)
            #expect(state.ticks == end.ticks)
            #expect(try service.stop().status == 0)
        }
    }
}
