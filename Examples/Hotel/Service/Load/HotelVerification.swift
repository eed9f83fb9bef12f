import Foundation
import Logging
import PandoDatabase
import PandoLoad
import PandoMessaging
import PandoTelemetry

/// Checks after a load that every acknowledged reservation is there exactly once, and that the domains agree.
struct HotelVerification: Sendable {
    let evidence: LoadEvidence

    /// Asks the service for every acknowledged reservation, as the guest who made it.
    func throughTheAPI() async throws -> [LoadViolation] {
        var violations: [LoadViolation] = []
        for write in evidence.acknowledged {
            evidence.client.setHeader("Authorization", "Bearer \(write.detail)")
            let response = try await evidence.client.get("/api/reservations/\(write.identifier)", as: "verify")
            if response.status != 200 {
                violations.append(
                    LoadViolation(
                        rule: "an acknowledged reservation is there",
                        found: "\(write.identifier) answers \(response.status)"
                    )
                )
            }
        }
        return violations
    }

    /// Waits until no message is on its way, and compares what the domains have stored.
    ///
    /// - Parameter folder: the Maildir that the confirmations go to; nil where a mail server gets them.
    func inTheStores(_ database: Database, mail folder: String?) async throws -> [LoadViolation] {
        guard try await Self.becomesQuiet(database) else {
            return [LoadViolation(rule: "every message is consumed", found: "messages still wait after a minute")]
        }
        let ledger = try await HotelLedger.read(database)
        let faults = try await ledger.faults + reservationFaults(database) + Self.mailFaults(database, folder)
        return faults.map { LoadViolation(rule: $0.rule, found: $0.found) }
    }

    /// What the guests of the run have that nobody acknowledged, or the other way round.
    private func reservationFaults(_ database: Database) async throws -> [HotelLedger.Fault] {
        let acknowledged = Set(evidence.acknowledged.compactMap { Identifier($0.identifier) })
        let stored = try await database.read(.strong) { tx in
            try await tx.rows("SELECT account_id, id FROM reservations") { row in
                (account: try row.get(0, as: Identifier.self), id: try row.get(1, as: Identifier.self))
            }
        }
        let guests = Set(stored.filter { acknowledged.contains($0.id) }.map(\.account))
        let found = Set(stored.filter { guests.contains($0.account) }.map(\.id))
        let missing = acknowledged.subtracting(found).map { ("an acknowledged reservation is stored", "\($0) is not") }
        let extra = found.subtracting(acknowledged)
        guard extra.count > evidence.unknown.count else { return missing }
        return missing + extra.map { ("a reservation is made once for its key", "\($0) was acknowledged to nobody") }
    }

    /// Reservations without a mail. A second mail cannot be: the file's name is the reservation's.
    private static func mailFaults(_ database: Database, _ folder: String?) async throws -> [HotelLedger.Fault] {
        guard let folder else { return [] }
        let files = try ["new", "cur"].flatMap {
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\($0)")
        }
        // What comes after a colon are the marks of a mail program.
        let mails = Set(files.map { $0.prefix { $0 != ":" } })
        let ids: [Identifier] = try await database.read(.strong) { tx in
            try await tx.rows("SELECT id FROM reservations") { row in try row.get(0) }
        }
        return ids.filter { !mails.contains("\($0).confirmed") }.map {
            ("every reservation has its mail", "\($0) has none")
        }
    }

    /// Waits, for a minute at most, until every group of consumers has done all its messages.
    private static func becomesQuiet(_ database: Database) async throws -> Bool {
        let messaging = Messaging(database: database, metrics: MetricsRegistry(), logger: Logger(label: "verify"))
        let deadline = ContinuousClock.now + .seconds(60)
        while try await messaging.statistics().contains(where: { $0.ready + $0.pending > 0 }) {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(50))  // another process consumes; there is nothing to await here
        }
        return true
    }
}
