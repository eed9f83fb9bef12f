/// What one user does: named steps against the service, written as Swift code.
///
/// ```swift
/// LoadScenario(name: "book", weight: 1, user: { client in try await signUp(client) }) { client, account in
///     let hotels = try await client.get("/api/hotels?q=Seoul", as: "search").requireSuccess()
///     …
/// }
/// ```
///
/// Code runs on an event loop of the generator: it may await requests as it likes, but must not block or compute for long.
/// An error it throws makes the pass a failed one; it is counted by its description and the run goes on.
public struct LoadScenario: Sendable {
    /// What the report calls it.
    public let name: String

    /// How often it runs in proportion to the other scenarios of the run.
    public let weight: Int

    /// Makes the state of a user who lives through the whole run; nil if every pass is a new user.
    let prepare: (@Sendable (LoadClient) async throws -> any Sendable)?

    let body: @Sendable (LoadClient, any Sendable) async throws -> Void

    /// A scenario in which every pass is a new user, with no cookies.
    public init(name: String, weight: Int = 1, body: @escaping @Sendable (LoadClient) async throws -> Void) {
        self.name = name
        self.weight = weight
        prepare = nil
        self.body = { client, _ in try await body(client) }
    }

    /// A scenario with users who live through the whole run, for example signed in once.
    ///
    /// ``LoadRun/Configuration/maxUsers`` users are prepared before the clock starts; their requests do not count in the
    /// report. A user is in one pass at a time, and its cookies last from pass to pass.
    /// - Parameters:
    ///   - name: what the report calls it.
    ///   - weight: how often it runs in proportion to the other scenarios of the run.
    ///   - user: prepares one user and returns its state. A target that says "not now" (429 and 503, by
    ///     ``LoadResponse/requireSuccess()``) is asked again for some seconds; any other error ends the run before it starts.
    ///   - body: one pass.
    public init<User: Sendable>(
        name: String,
        weight: Int = 1,
        user: @escaping @Sendable (LoadClient) async throws -> User,
        body: @escaping @Sendable (LoadClient, User) async throws -> Void
    ) {
        self.name = name
        self.weight = weight
        prepare = { client in try await user(client) }
        self.body = { client, state in
            guard let state = state as? User else { preconditionFailure("the state of \(name) has another type") }
            try await body(client, state)
        }
    }
}
