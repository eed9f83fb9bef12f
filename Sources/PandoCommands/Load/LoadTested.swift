public import Pando
public import PandoDatabase
public import PandoLoad

/// An app whose users can be played by `load`.
///
/// ```swift
/// extension Hotel: LoadTested {
///     var loadScenarios: [LoadScenario] {
///         [LoadScenario(name: "look", weight: 9) { client in
///             try await client.get("/api/hotels?q=Seoul", as: "search").requireSuccess()
///         }]
///     }
/// }
/// ```
public protocol LoadTested: App {
    /// What users do; `load` mixes these by their weights, or plays those that `--scenario` names.
    var loadScenarios: [LoadScenario] { get }

    /// Checks, after the load, that what was acknowledged is there exactly once and that every invariant holds.
    ///
    /// - Parameters:
    ///   - evidence: every write of the run with its outcome, and a client of the public API.
    ///   - database: the app's data, opened beside the running app; nil where `--target` was given without
    ///     `--data`, as the target may run on another machine.
    ///   - dataFolder: the folder of everything that the app keeps, such as its mails; nil where `database` is.
    /// - Returns: what is wrong; empty where nothing is.
    func verify(_ evidence: LoadEvidence, in database: Database?, dataFolder: String?) async throws -> [LoadViolation]

    /// As ``verify(_:in:dataFolder:)``, for an app that keeps nothing beside its database.
    func verify(_ evidence: LoadEvidence, in database: Database?) async throws -> [LoadViolation]
}

extension LoadTested {
    /// Asks the app without its folder.
    public func verify(
        _ evidence: LoadEvidence,
        in database: Database?,
        dataFolder: String?
    ) async throws -> [LoadViolation] {
        try await verify(evidence, in: database)
    }

    /// Nothing to check.
    public func verify(_ evidence: LoadEvidence, in database: Database?) async throws -> [LoadViolation] { [] }
}
