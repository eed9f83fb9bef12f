public import Pando
import PandoEvents
import PandoMessaging

/// A service that runs while a test does: see ``withService(_:data:copies:logger:configure:_:)``.
public struct TestService: Sendable {
    /// Every copy of the service, in this process: their databases, queues, metrics.
    public let nodes: [Node]
    /// What the service keeps.
    public let data: TestData
    /// A client of the service.
    public let client: ServiceClient

    /// The first copy of the service.
    public var node: Node { nodes[0] }

    /// Another client, without cookies: another user.
    public func newClient() -> ServiceClient { client.newClient() }

    /// Asks for a path, such as `/api/hotels?q=busan`, by ``client``.
    @discardableResult
    public func get(_ path: String, headers: [String: String] = [:]) async throws -> ServiceAnswer {
        try await client.get(path, headers: headers)
    }

    /// Posts a value as JSON, by ``client``.
    @discardableResult
    public func post(_ path: String, json: some Encodable, headers: [String: String] = [:]) async throws
        -> ServiceAnswer
    {
        try await client.post(path, json: json, headers: headers)
    }

    /// Deletes what is at a path, by ``client``.
    @discardableResult
    public func delete(_ path: String, headers: [String: String] = [:]) async throws -> ServiceAnswer {
        try await client.delete(path, headers: headers)
    }

    /// Waits until every consumer has done all its messages, and every read model has all events. Messages that were given up are
    /// done: they are in `node.messaging.deadLetters`.
    ///
    /// - Throws: ``TestingError`` with code `notQuiet`, which names who is not; `DatabaseError`.
    public func becomesQuiet(within limit: Duration = .seconds(60)) async throws {
        let end = ContinuousClock.now + limit
        while let busy = try await whoIsBusy() {
            guard ContinuousClock.now < end else { throw TestingError(.notQuiet, "after \(limit), \(busy)") }
            // Consumers and read models offer nothing to await.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// The first of all consumers and read models that has something to do, in words.
    private func whoIsBusy() async throws -> String? {
        let groups = try await node.messaging.statistics()
        if let busy = groups.first(where: { $0.ready + $0.pending > 0 }) {
            return "the group '\(busy.group)' has \(busy.ready + busy.pending) messages of '\(busy.topic)' to do"
        }
        // A group is in the database from when its consumer has begun.
        let begun = Set(groups.map { "\($0.topic)/\($0.group)" })
        if let missing = node.consumerGroups.subtracting(begun).min() { return "'\(missing)' has not begun to consume" }
        let models = try await node.projections.status()
        return models.first { $0.lag > 0 || $0.state != .live }.map { model in
            "the read model '\(model.name)' is \(model.state.rawValue) and \(model.lag) events behind"
                + (model.failure.map { ": \($0)" } ?? "")
        }
    }
}
