import Foundation
import PandoDatabase

/// Something that happens at times given by a cron expression, once for all copies of the service.
struct Schedule: Sendable {
    let name: String
    let cron: CronExpression
    /// What to do about times at which no copy was running.
    let missed: MissedRuns
    /// The handle whose tables the handler may touch.
    let database: Database
    let handler: @Sendable (Transaction) async throws -> Void

    /// What makes a stored row belong to another schedule of the same name: its times then begin anew.
    var rule: String { "\(cron.text) \(cron.timeZone.identifier)" }
}

/// What a schedule does about times that passed while no copy of the service was running, or the database was away.
public enum MissedRuns: Sendable, Hashable {
    /// Runs once for all of them, as soon as it can. Right for what brings something up to date.
    case runOnce
    /// Leaves out those that are late by more than a minute. Right for what matters at its time only.
    case skip
}
