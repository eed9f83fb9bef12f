/// One thing that every engine of messaging must do.
///
/// ```swift
/// @Test(.timeLimit(.minutes(1)), arguments: MessagingRequirement.all)
/// func meets(_ requirement: MessagingRequirement) async throws {
///     try await requirement.check(on: .sqlite())
/// }
/// ```
public struct MessagingRequirement: Sendable, CustomStringConvertible {
    /// What must be.
    public let description: String
    private let body: @Sendable (MessagingFixture) async throws -> Void

    init(_ description: String, _ body: @escaping @Sendable (MessagingFixture) async throws -> Void) {
        self.description = description
        self.body = body
    }

    /// Checks an engine.
    ///
    /// - Parameter fixture: An empty engine, which the check uses up.
    /// - Throws: ``ConformanceFailure``, or what the engine threw.
    public func check(on fixture: MessagingFixture) async throws {
        try await fixture.prepare()
        try await body(fixture)
    }

    /// Every requirement.
    public static let all = delivery + effects + failures + leases + schedules
}
