public import PandoCommands
public import PandoDatabase
public import PandoLoad

extension HotelApp: LoadTested {
    /// Guests who look, book, and change their minds.
    public var loadScenarios: [LoadScenario] { HotelScenarios().all }

    /// Checks every acknowledged reservation through the API, and the invariants of all domains in the stores.
    public func verify(
        _ evidence: LoadEvidence,
        in database: Database?,
        dataFolder: String?
    ) async throws -> [LoadViolation] {
        let verification = HotelVerification(evidence: evidence)
        let violations = try await verification.throughTheAPI()
        guard let database else { return violations }
        let folder = mail.server == nil ? Notifications.mailFolder(in: dataFolder ?? "data") : nil
        return violations + (try await verification.inTheStores(database, mail: folder))
    }
}
