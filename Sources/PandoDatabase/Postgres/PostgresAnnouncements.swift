import Dispatch
import Synchronization

/// Tells the other processes of a PostgreSQL database what was committed that they may be waiting for, by NOTIFY
/// (https://www.postgresql.org/docs/15/sql-notify.html).
///
/// A hint and no promise: whoever waits looks by itself now and then all the same. So it is sent after the commit and not in
/// it, where NOTIFY would make all committers take turns; what comes while it waits for its turn goes together, some 50 ms at most. Nobody hears what this process
/// has announced itself.
final class PostgresAnnouncements: Sendable {
    /// Is told the name of what was committed, or nil where any may have been missed. It must be quick.
    typealias Listener = @Sendable (String?) -> Void

    private struct State {
        var unsent: Set<String> = []
        var sendsAt: ContinuousClock.Instant?
        var isSending = false
        var listeners: [Int: Listener] = [:]
        var nextListener = 0
        var connection: PostgresConnection?
        var isOpening = false
        var opensAt: ContinuousClock.Instant?
        var failures = 0
        var isClosed = false
    }

    /// The shortest time between two messages of one process.
    private static let interval: Duration = .milliseconds(20)

    /// Names of one message, which holds 8,000 bytes; where there are more, it names none.
    private static let namesPerMessage = 64

    private let pool: PostgresPool
    private let poller: PostgresPoller
    /// Who this process is in the messages that it sends.
    private let sender = Identifier().description
    private let state = Mutex(State())

    init(_ pool: PostgresPool, poller: PostgresPoller) {
        self.pool = pool
        self.poller = poller
    }

    // MARK: Announcing

    /// Announces what was committed, soon.
    ///
    /// - Parameter name: At most 120 bytes, without a space or a quote.
    func announce(_ name: String) {
        let isDue = state.withLock { state in
            state.unsent.insert(name)
            return Self.takeTurn(&state, at: .now)
        }
        if isDue { send() }
    }

    /// Whether the caller is to send now; else the next tick does.
    private static func takeTurn(_ state: inout State, at now: ContinuousClock.Instant) -> Bool {
        guard !state.unsent.isEmpty, !state.isSending, !state.isClosed, now >= state.sendsAt ?? now else {
            return false
        }
        state.isSending = true
        state.sendsAt = now + interval
        return true
    }

    private func send() {
        pool.take { result in
            guard case .success(let connection) = result else { return self.sent() }
            let names = self.state.withLock { state in
                defer { state.unsent = [] }
                return state.unsent
            }
            connection.limit(to: .now + .seconds(1))
            connection.send([.text(self.message(names)), .sync]) { _ in
                self.pool.give(connection)
                self.sent()
            }
        }
    }

    private func sent() {
        state.withLock { $0.isSending = false }
    }

    private func message(_ names: Set<String>) -> String {
        let list = names.count > Self.namesPerMessage ? "" : names.sorted().joined(separator: " ")
        // Nothing is lost with it, so that its commit need not wait for the disk.
        return "SELECT set_config('synchronous_commit', 'off', true), "
            + "pg_notify(\(Self.channel), \("\(sender) \(list)".quotedLiteral))"
    }

    /// One for each schema: schemas are databases of their own to Pando.
    private static let channel = "'pando_' || to_hex(hashtextextended(current_schema(), 0))"

    // MARK: Listening

    /// Tells a listener what others announce, while `body` runs.
    func listening<R>(_ listener: @escaping Listener, _ body: () async throws -> R) async rethrows -> R {
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
        defer { state.withLock { state in state.listeners[number] = nil } }
        openIfUseful(.now)
        return try await body()
    }

    private func openIfUseful(_ now: ContinuousClock.Instant) {
        let opens = state.withLock { state in
            guard !state.isClosed, !state.isOpening, state.connection == nil, !state.listeners.isEmpty,
                now >= state.opensAt ?? now
            else { return false }
            state.isOpening = true
            return true
        }
        guard opens else { return }
        DispatchQueue.global(qos: .utility).async { [self] in
            let connection = try? pool.openListener { self.hear($0) }
            opened(connection)
        }
    }

    private func opened(_ connection: PostgresConnection?) {
        let isClosed = state.withLock { state in
            state.isOpening = false
            state.connection = connection
            state.failures = connection == nil ? state.failures + 1 : 0
            state.opensAt = .now + PostgresPool.pause(afterFailures: state.failures)
            return state.isClosed
        }
        guard let connection else { return }
        guard poller.add(connection) else {
            connection.end()
            return connection.bury()
        }
        if isClosed { return connection.end() }
        // What was announced before is to be looked for.
        connection.send([.text("DO $$ BEGIN EXECUTE 'LISTEN ' || \(Self.channel); END $$"), .sync]) { _ in
            self.tell(nil)
        }
    }

    /// Takes a message.
    private func hear(_ message: String) {
        var parts = message.split(separator: " ").map(String.init)
        guard !parts.isEmpty, parts.removeFirst() != sender else { return }
        if parts.isEmpty { tell(nil) }
        for name in parts { tell(name) }
    }

    private func tell(_ name: String?) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener(name) }
    }

    // MARK: Upkeep, on the poller's thread

    /// Sends what waits, and opens the listening connection where it is lost.
    func tick(_ now: ContinuousClock.Instant) {
        if state.withLock({ Self.takeTurn(&$0, at: now) }) { send() }
        openIfUseful(now)
    }

    /// Forgets the listening connection where it is the one that has died.
    func died(_ connection: PostgresConnection) {
        state.withLock { state in
            if state.connection === connection { state.connection = nil }
        }
    }

    /// Ends the listening connection, and announces nothing any more.
    func close() {
        let connection = state.withLock { state in
            state.isClosed = true
            return state.connection
        }
        connection?.end()
    }
}
