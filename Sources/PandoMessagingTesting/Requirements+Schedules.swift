import PandoDatabase
import PandoMessaging

extension MessagingRequirement {
    /// Half a minute before a full hour: 2026-11-21T08:59:30Z.
    private static let fullHour = Instant(microsecondsSince1970: 1_795_251_570_000_000)

    /// Moves a clock on, step by step, until something has happened.
    private static func advance(
        _ time: ManualTime,
        by step: Duration = .seconds(1),
        until journal: Journal<Int>,
        hasCount count: Int
    ) async throws {
        while journal.entries.count < count {
            time.advance(by: step)
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    static let schedules = [
        MessagingRequirement("a schedule fires once, however many copies run it") { fixture in
            let time = ManualTime(fullHour)
            let fired = Journal<Int>()
            let copies = try (0..<4).map { _ in try fixture.process(time: time) }
            for copy in copies {
                try copy.schedule("minutely", cron: "* * * * *") { tx in
                    try await tx.leaveEffect("fired", 1)
                    tx.afterCommit { fired.append(1) }
                }
            }
            let began = time.now
            try await fixture.running(copies[0], copies[1], copies[2], copies[3]) {
                try await advance(time, until: fired, hasCount: 10)
            }
            let minutes = Int((time.now - began) / .seconds(60)) + 1
            try expect(fired.entries.count <= minutes, "\(fired.entries.count) times in \(minutes) minutes")
            try expectEqual(try await fixture.effects("fired").map(\.count), [fired.entries.count], "effects")
        },
        MessagingRequirement("times that were missed run once, or not at all") { fixture in
            let time = ManualTime(fullHour)
            let (once, never) = (Journal<Int>(), Journal<Int>())
            func copy() throws -> Messaging {
                let copy = try fixture.process(time: time)
                try copy.schedule("once", cron: "0 * * * *") { tx in tx.afterCommit { once.append(1) } }
                try copy.schedule("never", cron: "0 * * * *", missed: .skip) { tx in
                    tx.afterCommit { never.append(1) }
                }
                return copy
            }
            try await fixture.running(try copy()) { try await advance(time, until: never, hasCount: 1) }
            try expectEqual(once.entries.count, never.entries.count, "runs on time")
            // Out of step with full hours, so that nothing fires on time meanwhile.
            time.advance(by: .seconds(5 * 3600 + 600))
            try await fixture.running(try copy()) { try await advance(time, until: once, hasCount: 2) }
            try expectEqual(never.entries.count, 1, "runs that should have been left out")
        },
        MessagingRequirement("a schedule that fails is tried again, and its effect happens once") { fixture in
            let time = ManualTime(fullHour)
            let (tries, done) = (Journal<Int>(), Journal<Int>())
            let process = try fixture.process(time: time)
            try process.schedule("yearly", cron: "@yearly") { tx in
                try await tx.leaveEffect("year", 1)
                tries.append(1)
                if tries.entries.count < 3 { throw Refusal(description: "not yet") }
                tx.afterCommit { done.append(1) }
            }
            try await fixture.running(process) {
                try await advance(time, by: .seconds(5 * 86_400), until: tries, hasCount: 1)
                try await advance(time, until: done, hasCount: 1)
            }
            try expectEqual(tries.entries.count, 3, "tries")
            try expectEqual(try await fixture.effects("year").map(\.count), [1], "effects")
        },
    ]
}
