import AsyncHTTPClient
public import Logging
public import Pando

/// Runs a service in this process while `body` does, with everything embedded, on a database of its own.
///
/// ```swift
/// @Test func anEntryIsStored() async throws {
///     try await withService(Guestbook()) { service in
///         let answer = try await service.post("/api/entries", json: ["author": "Ada", "text": "Hello"])
///         #expect(answer.status == 201)
///     }
/// }
/// ```
///
/// The database is empty but for the schema and what the app seeds. It is on the engine that the suite runs on: ``TestEngine/current``.
/// The service listens on free ports of 127.0.0.1, sheds no load and sends no telemetry. At the end, also when `body` throws, it
/// stops as it does at SIGTERM, and its data is removed.
///
/// - Parameters:
///   - app: what to run.
///   - data: what it keeps, for a test that needs it before or after; it is not removed then.
///   - copies: how many of it share the database, where the engine lets more than one; by default ``TestEngine/copies``. The
///     client asks them in turn.
///   - logger: takes what the service has to say; by default errors, on standard error.
///   - configure: changes how the service runs.
///   - body: the test. It is cancelled where the service fails.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws; before it, what starting the service ended in, and over it, what a service failed with.
@discardableResult
public func withService<R: Sendable>(
    _ app: some App,
    data: TestData? = nil,
    copies: Int? = nil,
    logger: Logger? = nil,
    configure: (inout NodeConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestService) async throws -> R
) async throws -> R {
    let place: TestData
    if let data { place = data } else { place = try await TestData.make() }
    let isOwn = data == nil
    return try await finally({ if isOwn { try await place.remove() } }) {
        let start = ServiceStart(app, data: place, logger: logger, configure)
        let nodes = try await start.nodes(TestEngine.current == .sqlite ? 1 : copies ?? TestEngine.copies)
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
        )
        return try await finally({ try await http.shutdown() }) {
            try await RunningNodes(nodes: nodes).run { ports in
                try await body(TestService(nodes: nodes, data: place, client: ServiceClient(ports: ports, http: http)))
            }
        }
    }
}

/// Does `body`, then `cleanup`; the first error is the one that is thrown.
private func finally<R>(_ cleanup: () async throws -> Void, _ body: () async throws -> R) async throws -> R {
    let outcome: Result<R, any Error>
    do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
    do { try await cleanup() } catch { if case .success = outcome { throw error } }
    return try outcome.get()
}
