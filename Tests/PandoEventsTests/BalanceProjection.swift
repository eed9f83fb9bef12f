import PandoDatabase
import Synchronization

@testable import PandoEvents

/// Sums up accounts, and fails where a test wants it to.
struct BalanceProjection: Projection {
    let name = "balances"
    let tables = ["balances"]
    let events = EventSelection.events(of: Account.self)
    var version = 1
    /// What one unit counts for: what a new version changes.
    var factor = 1
    /// Asked at each step of each event; throws where the test wants a crash.
    var interrupt: @Sendable (Step, RecordedEvent) throws -> Void = { _, _ in }

    enum Step { case before, halfway, after, commit }

    func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
        try interrupt(.before, event)
        let change: Int =
            switch try event.decode(AccountEvent.self) {
            case .deposited(let amount): amount * factor
            case .withdrawn(let amount): -amount * factor
            case .closed: 0
            }
        let table = tables["balances"]
        try await tx.execute(
            """
            INSERT INTO \(raw: table) (account, balance, events) VALUES (\(event.stream.key), 0, 0) ON CONFLICT DO NOTHING
            """
        )
        try interrupt(.halfway, event)
        try await tx.execute(
            """
            UPDATE \(raw: table) SET balance = balance + \(change), events = events + 1 WHERE account = \(event.stream.key)
            """
        )
        try interrupt(.after, event)
        tx.enlist(CrashAtCommit { try interrupt(.commit, event) })
    }

    private struct CrashAtCommit: CommitParticipant {
        let crash: @Sendable () throws -> Void
        func prepare() async throws { try crash() }
        func finish(_ outcome: CommitOutcome) async {}
    }

    /// What the live tables say, as one reader sees them.
    func read(_ database: Database) async throws -> (balance: Int, events: Int) {
        try await database.read { tx in
            let table = try await ProjectionTables.live(self, in: tx)["balances"]
            return try await Self.sums(table, in: tx)
        }
    }

    static func sums(_ table: String, in tx: ReadTransaction) async throws -> (balance: Int, events: Int) {
        let rows = try await tx.rows(
            "SELECT coalesce(sum(balance), 0), coalesce(sum(events), 0) FROM \(raw: table)"
        ) { row in (balance: try row.get(0, as: Int.self), events: try row.get(1, as: Int.self)) }
        return rows.first ?? (0, 0)
    }
}

extension Fixture {
    /// Deposits one unit into one of a few accounts, `count` times, in one transaction.
    func deposit(_ count: Int, to account: String = "a") async throws {
        try await bank.write { tx in
            _ = try await store.append(
                Array(repeating: AccountEvent.deposited(amount: 1), count: count),
                to: StreamID(Account.self, account),
                expecting: .any,
                in: tx
            )
        }
    }
}

/// Runs the projections as a service while `body` works.
func running(_ projections: Projections..., body: @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for service in projections { group.addTask { try await service.run() } }
        try await body()
        group.cancelAll()
    }
}

/// A flag that tasks share.
final class Flag: Sendable {
    private let value: Atomic<Bool>
    init(_ value: Bool) { self.value = Atomic(value) }
    var isSet: Bool {
        get { value.load(ordering: .relaxed) }
        set { value.store(newValue, ordering: .relaxed) }
    }
}

/// Gives other tasks their turn until `condition` holds; the test's time limit bounds it.
func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
