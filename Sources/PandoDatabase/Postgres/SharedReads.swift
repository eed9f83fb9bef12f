import DequeModule
import Synchronization

/// Lets reads of one statement each share connections: those that come while others are on their way to the server and back go
/// together with the next flight, as writes of SQLite share the next commit.
///
/// Statements of a flight have one Sync, so that the server sends their results at once; where one fails, those after it
/// were not run and go with another flight. Each sees what was committed before it ran.
final class SharedReads: Sendable {
    typealias Completion = @Sendable (Result<PostgresResult, DatabaseError>) -> Void

    private struct Request: Sendable {
        let shape: StatementShape
        let parameters: PostgresParameters
        /// What to call the statement in errors.
        let text: String
        var isRepeated = false
        let completion: Completion
    }

    private struct State {
        var waiting = Deque<Request>()
        /// Connections that are at work, or being taken.
        var atWork = 0
    }

    /// Statements of one flight: those behind wait for those before them.
    private static let flightSize = 64

    private let pool: PostgresPool
    private let limit: Duration
    /// Connections at work at a time: the others are for transactions.
    private let maximumAtWork: Int
    private let state = Mutex(State())

    init(_ pool: PostgresPool, limit: Duration) {
        self.pool = pool
        self.limit = limit
        maximumAtWork = max(1, pool.server.maximumConnections / 2)
    }

    /// Runs a statement on some connection, soon.
    func run(
        _ shape: StatementShape,
        _ parameters: PostgresParameters,
        text: String
    ) async -> Result<PostgresResult, DatabaseError> {
        await withCheckedContinuation { continuation in
            submit(Request(shape: shape, parameters: parameters, text: text) { continuation.resume(returning: $0) })
        }
    }

    private func submit(_ request: Request) {
        let (isRefused, begins) = state.withLock { state in
            guard state.waiting.count < pool.server.maximumWaiting else { return (true, false) }
            state.waiting.append(request)
            guard state.atWork < maximumAtWork else { return (false, false) }
            state.atWork += 1
            return (false, true)
        }
        if isRefused {
            let text = "\(pool.server.maximumWaiting) reads wait for a connection to \(pool.server.name) already"
            return request.completion(.failure(DatabaseError(.busy, text)))
        }
        if begins { begin() }
    }

    /// Takes a connection to fly on.
    private func begin() {
        pool.take { result in
            switch result {
            case .success(let connection): self.fly(on: connection)
            case .failure(let error): self.cannotBegin(error)
            }
        }
    }

    /// Fails those that wait, unless another connection is at work for them.
    private func cannotBegin(_ error: any Error) {
        let failed = state.withLock { state -> Deque<Request> in
            state.atWork -= 1
            guard state.atWork == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        let failure = error as? DatabaseError ?? DatabaseError(.unavailable, "no connection", underlying: error)
        for request in failed { request.completion(.failure(failure)) }
    }

    /// Sends what waits, or gives the connection back where nothing does.
    private func fly(on connection: PostgresConnection) {
        let requests = state.withLock { state -> [Request] in
            let count = min(state.waiting.count, Self.flightSize)
            if count == 0 { state.atWork -= 1 }
            let requests = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            return requests
        }
        guard !requests.isEmpty else { return pool.give(connection) }
        var commands: [PostgresConnection.Command] = []
        commands.reserveCapacity(requests.count + 1)
        var executions: [Int] = []
        var isNew = false
        for request in requests {
            let (name, isFirst) = connection.name(of: request.shape)
            if isFirst {
                isNew = true
                commands.append(
                    .prepare(name: name, text: request.shape.text, types: request.shape.parameterTypes)
                )
            }
            executions.append(commands.count)
            commands.append(.execute(name: name, request.parameters))
        }
        commands.append(.sync)
        connection.limit(to: .now + limit)
        connection.send(commands) { [executions, isNew] landing in
            self.landed(requests, executions, isNew: isNew, landing, connection)
        }
    }

    private func landed(
        _ requests: [Request],
        _ executions: [Int],
        isNew: Bool,
        _ landing: PostgresConnection.Landing,
        _ connection: PostgresConnection
    ) {
        var again: [Request] = []
        switch landing {
        case .lost(let failure), .unsent(let failure):
            // Reads may be repeated, once: a connection that was idle may have been dead for long.
            for var request in requests {
                if request.isRepeated {
                    request.completion(.failure(DatabaseError(failure, doing: request.text)))
                } else {
                    request.isRepeated = true
                    again.append(request)
                }
            }
        case .landed(let results, _):
            for (request, place) in zip(requests, executions) {
                guard let failure = results[place].failure else {
                    request.completion(.success(results[place]))
                    continue
                }
                if failure.state == PostgresResult.aborted {
                    again.append(request)
                } else {
                    request.completion(.failure(DatabaseError(failure, doing: request.text)))
                }
            }
            // What was to be prepared behind a failure is not.
            if isNew, !again.isEmpty || results.contains(where: { $0.failure != nil }) {
                for request in requests { connection.note(request.shape, as: nil) }
            }
        }
        if !again.isEmpty { state.withLock { state in state.waiting.prepend(contentsOf: again) } }
        if connection.isUsable(at: .now) { return fly(on: connection) }
        pool.give(connection)
        begin()
    }
}
