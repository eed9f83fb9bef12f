public import PandoCommands
public import PandoDatabase
public import PandoLoad

extension HotelApp: LoadTested {
    public var loadScenarios: [LoadScenario] { HotelScenarios().all }

    public func verify(_ evidence: LoadEvidence, in database: Database?) async throws -> [LoadViolation] {
        let verification = HotelVerification(evidence: evidence)
        let violations = try await verification.throughTheAPI()
        guard let database else { return violations }
        return violations + (try await verification.inTheStores(database, mail: Notifications.mailFolder(in: "data")))
    }
}
