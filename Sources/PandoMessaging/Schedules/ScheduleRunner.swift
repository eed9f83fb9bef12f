import Logging
import PandoDatabase
import PandoTelemetry

/// Runs the schedules of one process. Every copy of the service runs the same, and the database decides who does it.
///
/// A row holds when a schedule fires next. The transaction that runs the handler also moves the row on, and begins by
/// checking that nobody else has: so each time happens once, and its effect commits with the move or not at all.
struct ScheduleRunner: Sendable {
    let database: Database
    let schedules: [Schedule]
    let loop: WorkLoop
    /// `pando_schedule_runs_total{schedule,outcome}`.
    let runs: CounterFamily

    /// Later than this is missed.
    private static let lateness: Duration = .seconds(60)
    /// Tries of one time before it is left and the next is awaited.
    private static let retry = RetryPolicy(maximumAttempts: 12, initialDelay: .seconds(1), maximumDelay: .seconds(600))

    /// What the row of a schedule says.
    private struct Row: Sendable {
        let firesAt: Instant
        let dueAt: Instant
        let failures: Int
    }

    /// Runs what is due until it is time to stop.
    func run() async throws {
        try await register()
        try await loop.run {
            var next: Instant?
            for schedule in schedules where !loop.stop.isStopping {
                let due = try await runIfDue(schedule)
                next = min(next ?? due, due)
            }
            return .idle(until: next)
        }
    }

    /// Makes the rows of new schedules, and begins anew where the rule of one has changed.
    private func register() async throws {
        let now = loop.time.now
        try await database.write { tx in
            for schedule in schedules {
                guard let next = schedule.cron.next(after: now) else { continue }
                try await tx.system.execute(
                    """
                    INSERT INTO pando_schedules (name, rule, fires_at, due_at, failures) \
                    VALUES (\(schedule.name), \(schedule.rule), \(next), \(next), 0) \
                    ON CONFLICT (name) DO UPDATE SET rule = excluded.rule, fires_at = excluded.fires_at, \
                    due_at = excluded.due_at, failures = 0, reason = NULL WHERE pando_schedules.rule <> excluded.rule
                    """
                )
            }
        }
    }

    /// Runs a schedule that is due; returns when to look again.
    private func runIfDue(_ schedule: Schedule) async throws -> Instant {
        let row = try await database.read(.strong) { tx in try await read(schedule, tx) }
        let now = loop.time.now
        guard let row else { return now + Self.lateness }
        guard row.dueAt <= now else { return row.dueAt }
        do {
            try await fire(schedule, row, now)
        } catch  where !isDatabaseTrouble(error) && !(error is CancellationError && Task.isCancelled) {
            try await postpone(schedule, row, now, error)
        }
        return now
    }

    private func read(_ schedule: Schedule, _ tx: ReadTransaction) async throws -> Row? {
        try await tx.system.rows(
            "SELECT fires_at, due_at, failures FROM pando_schedules WHERE name = \(schedule.name)"
        ) { row in
            try Row(firesAt: row.get(0), dueAt: row.get(1), failures: row.get(2))
        }.first
    }

    private func fire(_ schedule: Schedule, _ row: Row, _ now: Instant) async throws {
        let isMissed = schedule.missed == .skip && row.failures == 0 && now - row.firesAt > Self.lateness
        let next = schedule.cron.next(after: now) ?? now
        let outcome = runs.with(schedule.name, isMissed ? "missed" : "ok")
        try await schedule.database.write { tx in
            let moved = try await tx.system.execute(
                """
                UPDATE pando_schedules SET fires_at = \(next), due_at = \(next), failures = 0, reason = NULL \
                WHERE name = \(schedule.name) AND fires_at = \(row.firesAt) AND due_at = \(row.dueAt)
                """
            )
            // Another copy was faster.
            guard moved == 1 else { return }
            if !isMissed { try await schedule.handler(tx) }
            tx.afterCommit { outcome.increment() }
        }
    }

    /// Notes a failure: the same time is tried again after a wait, or left after the last try.
    private func postpone(_ schedule: Schedule, _ row: Row, _ now: Instant, _ error: any Error) async throws {
        let failures = row.failures + 1
        let isLast = failures >= Self.retry.maximumAttempts
        let next = schedule.cron.next(after: now) ?? now
        let wait = Self.retry.delay(afterAttempt: failures, random: .random(in: 0..<1))
        let (fires, due) = isLast ? (next, next) : (row.firesAt, now + wait)
        try await database.write { tx in
            try await tx.system.execute(
                """
                UPDATE pando_schedules SET fires_at = \(fires), due_at = \(due), failures = \(isLast ? 0 : failures), \
                reason = \(reason(of: error)) \
                WHERE name = \(schedule.name) AND fires_at = \(row.firesAt) AND due_at = \(row.dueAt)
                """
            )
        }
        runs.with(schedule.name, isLast ? "given_up" : "retried").increment()
        loop.logger.warning(
            "messaging: a schedule failed",
            metadata: [
                "messaging.schedule": "\(schedule.name)", "messaging.failures": "\(failures)", "error": "\(error)",
            ]
        )
    }
}
