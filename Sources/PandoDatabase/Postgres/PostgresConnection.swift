import CPostgres
import DequeModule
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One connection to a PostgreSQL server in libpq's pipeline mode
/// (https://www.postgresql.org/docs/15/libpq-pipeline-mode.html).
///
/// Whoever has taken it from the pool sends *flights*: some commands whose results come back together. Sending is done on the
/// sender's thread and never blocks; results are read on the poller's thread, which also ends the connection. All calls of
/// libpq are made with the lock held; completions are called without it.
final class PostgresConnection: Sendable {
    /// One thing to ask of the server.
    enum Command: Sendable {
        case prepare(name: String, text: String, types: [UInt32])
        case describe(name: String)
        case execute(name: String, PostgresParameters)
        case control(PostgresControl)
        /// A statement without parameters that is run once.
        case text(String)
        /// The end of a transaction, unless one was begun by a statement; what comes after a failure is skipped up to here.
        case sync
    }

    /// How a flight ended.
    enum Landing: Sendable {
        /// A result for each command but `sync`, in order. `warned`: the server sent a WARNING 01000 meanwhile.
        case landed([PostgresResult], warned: Bool)
        /// The connection had been lost before: none of the commands was sent.
        case unsent(PostgresFailure)
        /// The connection was lost; which commands were done is not known.
        case lost(PostgresFailure)
    }

    private final class Flight: @unchecked Sendable {
        // Sendable: touched with the connection's lock held, until its completion is called once.
        let completion: @Sendable (Landing) -> Void
        var remaining: Int
        var results: [PostgresResult] = []
        var warned = false

        init(_ commands: Int, _ completion: @escaping @Sendable (Landing) -> Void) {
            remaining = commands
            self.completion = completion
        }
    }

    private struct Prepared {
        let name: String
        /// Kept alive, so that no other shape comes to have its identity.
        let shape: StatementShape
    }

    private struct State {
        var handle: OpaquePointer?
        /// The flight of each command whose end was not seen yet, in the order of the commands.
        var awaited = Deque<Flight>()
        /// Why the connection cannot be used any more.
        var death: PostgresFailure?
        /// Whether libpq holds bytes that the socket did not take.
        var hasUnsent = false
        var prepared: [ObjectIdentifier: Prepared] = [:]
        var nextName = 0
        var limit = TransactionLimit()
    }

    /// What happens to a transaction that takes too long.
    struct TransactionLimit {
        /// When the statement in progress is cancelled, or a transaction that waits for its program is ended.
        var deadline: ContinuousClock.Instant?
        /// A COMMIT is never cancelled.
        var isCommitting = false
        /// Whether the statement was cancelled: the request may come late and meet another one.
        var isCancelled = false
    }

    let descriptor: Int32
    /// The timeline of its positions.
    let timeline: Int64
    /// From when on it is closed instead of being handed out again.
    let expiresAt: ContinuousClock.Instant
    private let notices = PostgresNotices()
    private let state: Mutex<State>
    private let wakePoller: @Sendable () -> Void
    /// Is told the payload of each NOTIFY that comes.
    private let onNotification: (@Sendable (String) -> Void)?
    /// How long a server that does not answer any more is waited for past the deadline.
    private static let grace: Duration = .seconds(1)
    /// How long a COMMIT may take past the transaction's deadline before its outcome is called unknown.
    private static let commitGrace: Duration = .seconds(5)
    /// At most this many statements are prepared, those included that failed and are forgotten here but not by the server;
    /// past it the connection is replaced.
    private static let statementLimit = 512

    /// Takes over a connection that is open, blocking and idle, with the control statements prepared.
    init(
        owning opened: PostgresHandle,
        timeline: Int64,
        expiresAt: ContinuousClock.Instant,
        wakePoller: @escaping @Sendable () -> Void,
        onNotification: (@Sendable (String) -> Void)?
    ) {
        let handle = opened.pointer
        descriptor = PQsocket(handle)
        self.timeline = timeline
        self.expiresAt = expiresAt
        self.wakePoller = wakePoller
        self.onNotification = onNotification
        notices.install(on: handle)
        PQsetnonblocking(handle, 1)
        PQenterPipelineMode(handle)
        state = Mutex(State(handle: opened.pointer))
    }

    // MARK: For whoever has taken it

    /// Sends commands and waits for all of their results.
    func fly(_ commands: [Command]) async -> Landing {
        await withCheckedContinuation { continuation in
            send(commands) { continuation.resume(returning: $0) }
        }
    }

    /// Sends commands; `completion` is called once, on the poller's thread, or at once where the connection is lost.
    func send(_ commands: [Command], _ completion: @escaping @Sendable (Landing) -> Void) {
        let flight = Flight(commands.count, completion)
        let (loss, wakes) = state.withLock { state -> (Landing?, Bool) in
            if let death = state.death { return (.unsent(death), false) }
            guard let handle = state.handle else { return (.unsent(.closed), false) }
            for command in commands {
                guard Self.queue(command, on: handle) else {
                    // Its commands before this one must not complete it a second time.
                    state.awaited.removeAll { $0 === flight }
                    return (.lost(Self.kill(&state, Self.failure(of: handle))), true)
                }
                state.awaited.append(flight)
            }
            if case .sync = commands.last {} else { PQsendFlushRequest(handle) }
            let code = PQflush(handle)
            if code < 0 {
                // The flight is among the awaited, which the poller ends.
                _ = Self.kill(&state, Self.failure(of: handle))
                return (nil, true)
            }
            state.hasUnsent = code > 0
            return (nil, state.hasUnsent)
        }
        if let loss { completion(loss) }
        if wakes { wakePoller() }
    }

    /// The name under which a statement is prepared here, and whether it has to be prepared first.
    func name(of shape: StatementShape) -> (name: String, isNew: Bool) {
        state.withLock { state in
            if let prepared = state.prepared[ObjectIdentifier(shape)] { return (prepared.name, false) }
            state.nextName += 1
            let name = "p\(state.nextName)"
            state.prepared[ObjectIdentifier(shape)] = Prepared(name: name, shape: shape)
            return (name, true)
        }
    }

    /// A name for a statement that is not known yet.
    func newName() -> String {
        state.withLock { state in
            state.nextName += 1
            return "p\(state.nextName)"
        }
    }

    /// Notes that a statement is prepared under a name, or with nil that it is not after all.
    func note(_ shape: StatementShape, as name: String?) {
        state.withLock { $0.prepared[ObjectIdentifier(shape)] = name.map { Prepared(name: $0, shape: shape) } }
    }

    /// Limits the transaction that begins; nil at its end.
    func limit(to deadline: ContinuousClock.Instant?, isCommitting: Bool = false) {
        state.withLock { state in
            state.limit.deadline = deadline
            state.limit.isCommitting = isCommitting
        }
    }

    /// Whether it may be handed out again.
    func isUsable(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            state.death == nil && state.awaited.isEmpty && !state.limit.isCancelled && now < expiresAt
                && state.nextName < Self.statementLimit
        }
    }

    /// Ends it: what is in flight is lost. The poller frees it.
    func end(_ reason: PostgresFailure = .closed) {
        state.withLock { state in _ = Self.kill(&state, reason) }
        wakePoller()
    }

    private static func queue(_ command: Command, on handle: OpaquePointer) -> Bool {
        switch command {
        case .prepare(let name, let text, let types):
            PQsendPrepare(handle, name, text, Int32(types.count), types) == 1
        case .describe(let name): PQsendDescribePrepared(handle, name) == 1
        case .execute(let name, let parameters): parameters.send(name, on: handle) == 1
        case .control(let control): PQsendQueryPrepared(handle, control.name, 0, nil, nil, nil, 1) == 1
        case .text(let text): PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 1) == 1
        case .sync: PQpipelineSync(handle) == 1
        }
    }

    private static func failure(of handle: OpaquePointer) -> PostgresFailure {
        let text = String(cString: PQerrorMessage(handle)).trimmingSpaces
        return PostgresFailure(state: "", message: text.isEmpty ? "the connection to the server was lost" : text)
    }

    /// Makes the connection unusable; the socket says so to the poller, which does the rest.
    private static func kill(_ state: inout State, _ reason: PostgresFailure) -> PostgresFailure {
        if state.death == nil {
            state.death = reason
            if let handle = state.handle { shutdown(PQsocket(handle), Int32(SHUT_RDWR)) }
        }
        return state.death ?? reason
    }

    // MARK: For the poller

    /// Whether the poller is to wait for room in the socket too.
    var hasUnsent: Bool { state.withLock { $0.hasUnsent } }

    /// Reads what has arrived and ends the flights that are complete; false where the connection has died.
    func receive() -> Bool {
        let (landed, notifications, isAlive) = state.withLock { state -> ([Flight], [String], Bool) in
            guard let handle = state.handle, state.death == nil else { return ([], [], false) }
            // Where it fails, all that had arrived was drained before; the results that libpq makes up for what was in flight
            // are no answers.
            let isFed = PQconsumeInput(handle) == 1
            let landed = isFed ? drain(&state, handle) : []
            if state.hasUnsent {
                let code = PQflush(handle)
                state.hasUnsent = code > 0
            }
            let isAlive = isFed && PQstatus(handle) == CONNECTION_OK
            let notifications = onNotification == nil ? [] : Self.notifications(handle)
            if !isAlive { _ = Self.kill(&state, Self.failure(of: handle)) }
            return (landed, notifications, isAlive)
        }
        if let onNotification { notifications.forEach(onNotification) }
        for flight in landed { flight.completion(.landed(flight.results, warned: flight.warned)) }
        return isAlive
    }

    private static func notifications(_ handle: OpaquePointer) -> [String] {
        var payloads: [String] = []
        while let notification = PQnotifies(handle) {
            payloads.append(String(cString: notification.pointee.extra))
            PQfreemem(notification)
        }
        return payloads
    }

    private func drain(_ state: inout State, _ handle: OpaquePointer) -> [Flight] {
        var landed: [Flight] = []
        while let flight = state.awaited.first, PQisBusy(handle) == 0, PQstatus(handle) == CONNECTION_OK {
            if let result = PQgetResult(handle) {
                guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else {
                    flight.results.append(PostgresResult(owning: result))
                    continue
                }
                PQclear(result)
            }
            state.awaited.removeFirst()
            flight.warned = notices.takeWarning() || flight.warned
            flight.remaining -= 1
            if flight.remaining == 0 { landed.append(flight) }
        }
        return landed
    }

    /// Frees a connection that has died, and tells those whose flights are lost with it.
    func bury() {
        let (flights, reason) = state.withLock { state -> ([Flight], PostgresFailure) in
            defer {
                state.handle.map(PQfinish)
                state.handle = nil
                state.awaited = []
            }
            var flights: [Flight] = []
            for flight in state.awaited where flights.last !== flight { flights.append(flight) }
            let reason = state.death ?? .closed
            state.death = reason
            return (flights, reason)
        }
        for flight in flights { flight.completion(.lost(reason)) }
    }

    /// Holds a transaction to its limit: cancels its statement, and later gives up on a server that does not answer.
    func check(at now: ContinuousClock.Instant) {
        let (cancel, ends) = state.withLock { state -> (PostgresInterrupter?, Bool) in
            guard let deadline = state.limit.deadline, now >= deadline, state.death == nil, let handle = state.handle
            else { return (nil, false) }
            if state.limit.isCommitting { return (nil, now >= deadline + Self.commitGrace) }
            // Its program waits for something else: the server shall not hold its locks any longer.
            if state.awaited.isEmpty { return (nil, true) }
            if state.limit.isCancelled { return (nil, now >= deadline + Self.grace) }
            state.limit.isCancelled = true
            return (PQgetCancel(handle).map { PostgresInterrupter(owning: $0) }, false)
        }
        cancel?.interrupt()
        if ends { end(PostgresFailure(state: "57014", message: "the transaction ran past its limit")) }
    }
}

extension PostgresFailure {
    static let closed = PostgresFailure(state: "", message: "the connection is closed")
}

extension PostgresParameters {
    /// Sends the execution of a prepared statement; results come in binary form too.
    fileprivate func send(_ name: String, on handle: OpaquePointer) -> Int32 {
        withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
        }
    }
}
