import DequeModule
import Dispatch
import Synchronization

/// The connections of a process to one server: opened when needed, at most so many, each lent to one user at a time.
///
/// Where a connection dies, or cannot be opened, users wait while it is tried again with growing, jittered pauses; where that
/// has gone on for longer than anybody waits, further users fail at once.
final class PostgresPool: Sendable {
    typealias Completion = @Sendable (Result<PostgresConnection, any Error>) -> Void

    private struct Waiter {
        let id: UInt64
        let expiresAt: ContinuousClock.Instant
        let completion: Completion
    }

    private struct State {
        var idle: [PostgresConnection] = []
        var open = 0
        var opening = 0
        var waiters = Deque<Waiter>()
        var nextWaiter: UInt64 = 0
        var isClosed = false
        /// How often opening has failed since it last succeeded.
        var failures = 0
        var lastFailure: DatabaseError?
        var failingSince: ContinuousClock.Instant?
        var retryAt: ContinuousClock.Instant?
        /// Since when there has been no connection, nor one to be had.
        var lostSince: ContinuousClock.Instant?
        /// When a connection last died.
        var diedAt: ContinuousClock.Instant?
        var onOutage: (@Sendable (DatabaseOutage) -> Void)?
        var connections: [ObjectIdentifier: PostgresConnection] = [:]
        /// Told when no connection is open any more.
        var onEmpty: [@Sendable () -> Void] = []

        /// Whether a user who comes now shall wait for the next attempt, although the last ones have failed.
        func isAttemptDue(at now: ContinuousClock.Instant) -> Bool {
            waiters.isEmpty && opening == 0 && now >= retryAt ?? now
        }

        /// Notes that a connection could be opened; who is to be told that this ends an outage.
        mutating func endOutage(at now: ContinuousClock.Instant) -> (@Sendable () -> Void)? {
            guard let since = lostSince else { return nil }
            lostSince = nil
            guard let onOutage else { return nil }
            return { onOutage(.ended(after: now - since)) }
        }

        /// Notes that none could be opened; who is to be told that this begins an outage.
        mutating func beginOutage(_ failure: DatabaseError, at now: ContinuousClock.Instant) -> (@Sendable () -> Void)?
        {
            guard lostSince == nil, open == 0, !isClosed, failure.code == .unavailable else { return nil }
            lostSince = now
            guard let onOutage else { return nil }
            return { onOutage(.began(failure)) }
        }

        /// Who is to be told that no connection is open or being opened any more; nobody where one is.
        mutating func takeOnEmpty() -> [@Sendable () -> Void] {
            guard isClosed, open + opening == 0 else { return [] }
            defer { onEmpty = [] }
            return onEmpty
        }
    }

    let server: PostgresServer
    private let limits: [String: String]
    private let incarnation: PostgresIncarnation
    private let poller: PostgresPoller
    private let state = Mutex(State())

    init(
        _ server: PostgresServer,
        limits: [String: String],
        incarnation: PostgresIncarnation,
        poller: PostgresPoller
    ) {
        self.server = server
        self.limits = limits
        self.incarnation = incarnation
        self.poller = poller
    }

    /// Connections that are lent out.
    var inUse: Int { state.withLock { $0.open - $0.idle.count } }

    /// Connections that are open.
    var openCount: Int { state.withLock { $0.open } }

    func onOutage(_ listener: @escaping @Sendable (DatabaseOutage) -> Void) {
        state.withLock { $0.onOutage = listener }
    }

    /// Connections break a moment before it is known that no other one can be opened, which is part of it.
    var isOutageTold: Bool {
        state.withLock { state in
            guard state.onOutage != nil else { return false }
            return state.lostSince != nil || state.diedAt.map { .now - $0 < .seconds(1) } ?? false
        }
    }

    /// Takes a connection that is free right now.
    func takeIdle() -> PostgresConnection? {
        state.withLock { state in Self.popUsable(&state, at: .now) }
    }

    /// Takes a connection; waits for one, at most for the server's `patience`.
    func take() async throws -> PostgresConnection {
        if let idle = takeIdle() { return idle }
        let id = newWaiter()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue(id, unlessCancelled: true) { continuation.resume(with: $0) }
            }
        } onCancel: {
            fail(id, CancellationError())
        }
    }

    /// Takes a connection when there is one; the completion is called once, here or on another thread. It may serve others than
    /// the running task, whose cancellation is nothing to it.
    func take(_ completion: @escaping Completion) {
        queue(newWaiter(), unlessCancelled: false, completion)
    }

    private func newWaiter() -> UInt64 {
        state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
    }

    private func queue(_ id: UInt64, unlessCancelled: Bool, _ completion: @escaping Completion) {
        let now = ContinuousClock.now
        let answer = state.withLock { state -> Result<PostgresConnection, any Error>? in
            if unlessCancelled, Task.isCancelled { return .failure(CancellationError()) }
            if state.isClosed { return .failure(Self.closed) }
            if let connection = Self.popUsable(&state, at: now) { return .success(connection) }
            // With no connection at all, and none to be had for longer than anybody waits: one user at a time waits for the
            // next attempt, so that it is made, and the others need not.
            if state.open == 0, let since = state.failingSince, now - since > server.patience,
                let failure = state.lastFailure, !state.isAttemptDue(at: now)
            {
                return .failure(failure)
            }
            guard state.waiters.count < server.maximumWaiting else {
                return .failure(
                    DatabaseError(
                        .busy,
                        "\(server.maximumWaiting) users wait for a connection to \(server.name) already"
                    )
                )
            }
            state.waiters.append(Waiter(id: id, expiresAt: now + server.patience, completion: completion))
            return nil
        }
        if let answer { return completion(answer) }
        openIfUseful(now)
    }

    /// Gives a connection back, to the longest waiting user if there is one.
    func give(_ connection: PostgresConnection) {
        connection.limit(to: nil)
        guard connection.isUsable(at: .now) else { return connection.end() }
        let waiter = state.withLock { state -> Waiter? in
            if let waiter = state.waiters.popFirst() { return waiter }
            if !state.isClosed { state.idle.append(connection) }
            return nil
        }
        if let waiter { return waiter.completion(.success(connection)) }
        if state.withLock({ $0.isClosed }) { connection.end() }
    }

    private static func popUsable(_ state: inout State, at now: ContinuousClock.Instant) -> PostgresConnection? {
        while let connection = state.idle.popLast() {
            if connection.isUsable(at: now) { return connection }
            connection.end()
        }
        return nil
    }

    private func fail(_ id: UInt64, _ error: any Error) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.completion(.failure(error))
    }

    // MARK: Opening

    /// Opens a connection for notifications, which does not count among those that are lent. Blocks: for a thread that may.
    func openListener(_ onNotification: @escaping @Sendable (String) -> Void) throws(DatabaseError)
        -> PostgresConnection
    {
        try open(onNotification)
    }

    private func open(_ onNotification: (@Sendable (String) -> Void)? = nil) throws(DatabaseError) -> PostgresConnection
    {
        try PostgresConnection.open(
            server,
            limits: limits,
            incarnation: incarnation,
            wakePoller: { [poller] in poller.wake() },
            onNotification: onNotification
        )
    }

    /// How long to wait before a connection is tried again, when that has failed so often in succession.
    static func pause(afterFailures count: Int) -> Duration {
        let longest = min(2000, 50 << min(max(0, count - 1), 6))
        return .milliseconds(Int.random(in: longest / 2...longest))
    }

    private func openIfUseful(_ now: ContinuousClock.Instant) {
        let count = state.withLock { state -> Int in
            if state.isClosed { return 0 }
            if let retryAt = state.retryAt, now < retryAt { return 0 }
            let wanted = state.waiters.count - state.opening
            // After a failure one attempt at a time finds out whether the server is back.
            let useful = state.failures > 0 ? min(wanted, 1 - state.opening) : wanted
            let count = max(0, min(useful, server.maximumConnections - state.open - state.opening))
            state.opening += count
            return count
        }
        for _ in 0..<count {
            DispatchQueue.global(qos: .userInitiated).async { [self] in
                opened(Result { () throws(DatabaseError) in try open() })
            }
        }
    }

    private func opened(_ result: Result<PostgresConnection, DatabaseError>) {
        switch result {
        case .success(let connection):
            let (isClosed, tell) = state.withLock { state in
                state.opening -= 1
                state.open += 1
                state.failures = 0
                state.failingSince = nil
                state.retryAt = nil
                state.connections[ObjectIdentifier(connection)] = connection
                return (state.isClosed, state.endOutage(at: .now))
            }
            tell?()
            guard poller.add(connection) else {
                connection.end()
                connection.bury()
                return died(connection)
            }
            if isClosed { connection.end() } else { give(connection) }
            openIfUseful(.now)
        case .failure(let failure): openingFailed(failure)
        }
    }

    private func openingFailed(_ failure: DatabaseError) {
        let now = ContinuousClock.now
        let (hopeless, tell, onEmpty) = state.withLock { state in
            state.opening -= 1
            state.failures += 1
            state.lastFailure = failure
            state.failingSince = state.failingSince ?? now
            state.retryAt = now + Self.pause(afterFailures: state.failures)
            let tell = state.beginOutage(failure, at: now)
            // To wait is no use where one is not let in; a server that is away or full may have room soon.
            guard failure.code != .unavailable, failure.code != .busy else {
                return (Deque<Waiter>(), tell, state.takeOnEmpty())
            }
            defer { state.waiters = [] }
            return (state.waiters, tell, state.takeOnEmpty())
        }
        tell?()
        for waiter in hopeless { waiter.completion(.failure(failure)) }
        for tell in onEmpty { tell() }
    }

    // MARK: Upkeep, on the poller's thread

    /// Forgets a connection that has died.
    func died(_ connection: PostgresConnection) {
        let onEmpty = state.withLock { state -> [@Sendable () -> Void] in
            guard state.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return [] }
            state.open -= 1
            state.diedAt = .now
            state.idle.removeAll { $0 === connection }
            return state.takeOnEmpty()
        }
        for tell in onEmpty { tell() }
        openIfUseful(.now)
    }

    /// Looks after limits, ages and waiting users.
    func tick(_ now: ContinuousClock.Instant) {
        let (connections, aged, late, reason) = state.withLock { state in
            let aged = state.idle.filter { now >= $0.expiresAt }
            state.idle.removeAll { now >= $0.expiresAt }
            let late = state.waiters.filter { now >= $0.expiresAt }
            if !late.isEmpty { state.waiters.removeAll { now >= $0.expiresAt } }
            return (Array(state.connections.values), aged, late, late.isEmpty ? nil : whyNone(state))
        }
        for connection in connections { connection.check(at: now) }
        for connection in aged { connection.end() }
        if let reason { for waiter in late { waiter.completion(.failure(reason)) } }
        openIfUseful(now)
    }

    /// Why users have waited in vain.
    private func whyNone(_ state: State) -> DatabaseError {
        if state.failures > 0, let failure = state.lastFailure { return failure }
        if state.open < server.maximumConnections {
            return DatabaseError(
                .unavailable,
                "\(server.name) did not answer within \(server.patience): \(state.open) connections are open, and no further one "
                    + "could be opened"
            )
        }
        return DatabaseError(
            .busy,
            "no connection to \(server.name) was free within \(server.patience): all \(server.maximumConnections) are in use; "
                + "make transactions shorter or raise maximumConnections"
        )
    }

    private static let closed = DatabaseError(.closed, "the database is closed")

    /// Refuses users from now on, and ends connections: idle ones now, the others when they come back.
    func close() {
        let (idle, waiters) = state.withLock { state in
            state.isClosed = true
            defer {
                state.idle = []
                state.waiters = []
            }
            return (state.idle, state.waiters)
        }
        for connection in idle { connection.end() }
        for waiter in waiters { waiter.completion(.failure(Self.closed)) }
    }

    /// Waits until the connections that were lent out have come back and all are gone. To be called after ``close()``; limits
    /// of transactions bound it.
    func becomesEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.open + state.opening > 0 { state.onEmpty.append { continuation.resume() } }
                return state.open + state.opening == 0
            }
            if isEmpty { continuation.resume() }
        }
    }
}
