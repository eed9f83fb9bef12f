import DequeModule
import Synchronization

/// Connections that read, handed to one borrower at a time. Opened when first needed, at most ``limit`` of them.
final class ReaderPool: Sendable {
    private struct State {
        var idle: [SQLiteConnection] = []
        var opened = 0
        var waiters = Deque<(id: UInt64, continuation: CheckedContinuation<SQLiteConnection, any Error>)>()
        var nextWaiter: UInt64 = 0
        var isClosed = false
    }

    private enum Take {
        case connection(SQLiteConnection)
        case open
        case wait
    }

    private let path: String
    private let owners: TableOwners
    private let limit: Int
    private let patience: Duration
    private let maximumWaiters = 4096
    private let state = Mutex(State())

    init(path: String, owners: TableOwners, limit: Int, patience: Duration) {
        self.path = path
        self.owners = owners
        self.limit = limit
        self.patience = patience
    }

    /// Connections that are lent out.
    var inUse: Int { state.withLock { $0.opened - $0.idle.count } }

    /// Borrows a connection; waits for one, at most for the patience that was configured.
    func take() async throws -> SQLiteConnection {
        let take = try state.withLock { state throws -> Take in
            if state.isClosed { throw DatabaseError(.closed, "the database is closed") }
            if let connection = state.idle.popLast() { return .connection(connection) }
            guard state.opened < limit else { return .wait }
            state.opened += 1
            return .open
        }
        switch take {
        case .connection(let connection): return connection
        case .open: return try open()
        case .wait: return try await waitForOne()
        }
    }

    /// Gives a connection back, to the longest waiting borrower if there is one.
    func give(_ connection: SQLiteConnection) {
        let waiter = state.withLock { state -> CheckedContinuation<SQLiteConnection, any Error>? in
            if let waiter = state.waiters.popFirst() { return waiter.continuation }
            if state.isClosed { state.opened -= 1 } else { state.idle.append(connection) }
            return nil
        }
        waiter?.resume(returning: connection)
    }

    /// Closes idle connections now and the others when they come back.
    func close() {
        let (closing, waiters) = state.withLock { state in
            state.isClosed = true
            defer {
                state.opened -= state.idle.count
                state.idle = []
                state.waiters = []
            }
            return (state.idle, state.waiters)
        }
        for connection in closing { connection.close() }
        for waiter in waiters { waiter.continuation.resume(throwing: DatabaseError(.closed, "the database is closed")) }
    }

    private func open() throws -> SQLiteConnection {
        do {
            return try SQLiteConnection(path: path, purpose: .reader, rules: TableRules(owners: owners))
        } catch {
            state.withLock { $0.opened -= 1 }
            throw error
        }
    }

    private func waitForOne() async throws -> SQLiteConnection {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Task.sleep(for: self.patience)
                self.fail(
                    id,
                    DatabaseError(
                        .busy,
                        "no reader was free within \(self.patience): \(self.limit) reads are in progress; "
                            + "make them shorter or raise maximumReaders"
                    )
                )
            }
            defer { group.cancelAll() }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { self.queue(id, $0) }
            } onCancel: {
                self.fail(id, CancellationError())
            }
        }
    }

    private func queue(_ id: UInt64, _ continuation: CheckedContinuation<SQLiteConnection, any Error>) {
        let answer = state.withLock { state -> Result<SQLiteConnection, any Error>? in
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.isClosed { return .failure(DatabaseError(.closed, "the database is closed")) }
            if let connection = state.idle.popLast() { return .success(connection) }
            guard state.waiters.count < maximumWaiters else {
                return .failure(DatabaseError(.busy, "\(maximumWaiters) reads wait for a reader already"))
            }
            state.waiters.append((id, continuation))
            return nil
        }
        if let answer { continuation.resume(with: answer) }
    }

    private func fail(_ id: UInt64, _ error: any Error) {
        let continuation = state.withLock { state -> CheckedContinuation<SQLiteConnection, any Error>? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index).continuation
        }
        continuation?.resume(throwing: error)
    }
}
