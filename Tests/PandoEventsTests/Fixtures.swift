import Logging
import PandoDatabase
import PandoTelemetry
import Testing

@testable import PandoEvents

/// A database with the tables of this module and those of the tests' own domain.
struct Fixture {
    let database: Database
    let store: EventStore
    let metrics = MetricsRegistry()

    init(_ configuration: Database.Configuration? = nil) async throws {
        database = try await Database.open(try configuration ?? .temporary(), metrics: metrics)
        try await database.migrateSystem("events", EventsSchema.migrations)
        try await database.migrate([DomainMigrations(domain: "bank", Fixture.migrations)])
        store = EventStore(metrics: metrics)
    }

    /// The handle of the tests' domain.
    var bank: Database { database.domain("bank") }

    /// The places of events among all, from 1: on SQLite their positions.
    func ordinals(of events: [RecordedEvent]) async throws -> [Int] {
        var ordinals: [Int] = []
        for event in events { ordinals.append(try await ordinal(of: event.position)) }
        return ordinals
    }

    /// How many events there are up to a position.
    func ordinal(of position: Int) async throws -> Int {
        try await bank.read { tx in
            try await tx.system.first("SELECT count(*) FROM pando_events WHERE position <= \(position)") ?? 0
        }
    }

    /// The position of the event that is the so many-th of all.
    func position(of ordinal: Int) async throws -> Int {
        try await bank.read { tx in try await store.events(after: 0, limit: ordinal, in: tx) }.last?.position ?? 0
    }

    /// Makes retired generations old enough to be taken away where they rest for a while first.
    func ageRetired() async throws {
        try await database.write { tx in
            try await tx.system.execute(
                "UPDATE pando_projections SET updated_at = \(Instant.now - .seconds(3600)) WHERE state = 'retired'"
            )
        }
    }

    /// The names of tables that begin with a prefix.
    func tables(_ prefix: String) async throws -> [String] {
        try await database.read { tx in
            switch tx.engine {
            case .sqlite: try await tx.system.all("SELECT name FROM sqlite_master WHERE name LIKE \(prefix + "%")")
            case .postgres:
                try await tx.system.all(
                    """
                    SELECT relname::text FROM pg_class WHERE relname LIKE \(prefix + "%")
                        AND relnamespace = current_schema()::regnamespace
                    """
                )
            }
        }
    }

    func projections(_ models: [ReadModel], batch: Int = 256, poll: Duration = .milliseconds(5)) -> Projections {
        var configuration = Projections.Configuration()
        configuration.batch = batch
        configuration.poll = poll
        configuration.firstRetry = .milliseconds(1)
        return Projections(
            models,
            store: store,
            metrics: metrics,
            logger: Logger(label: "test"),
            configuration: configuration
        )
    }

    @TableBuilder private static func balances() -> [any TableElement] {
        Column("account", .text)
        Column("balance", .bigint)
        Column("events", .bigint)
        PrimaryKey("account")
    }

    private static let migrations = [
        Migration(1, "create balances") {
            CreateTable("balances_a", sharding: .by("account"), balances)
            CreateTable("balances_b", sharding: .by("account"), balances)
            CreateTable("places", sharding: .reference) {
                Column("id", .identifier)
                Column("name", .text)
                PrimaryKey("id")
            }
        }
    ]
}

enum AccountEvent: DomainEvent, Equatable {
    case deposited(amount: Int)
    case withdrawn(amount: Int)
    case closed
}

/// An account that replays all events.
struct Account: Aggregate, Codable, Equatable {
    static let streamCategory = "account"
    var balance = 0
    var isClosed = false

    mutating func apply(_ event: AccountEvent) {
        switch event {
        case .deposited(let amount): balance += amount
        case .withdrawn(let amount): balance -= amount
        case .closed: isClosed = true
        }
    }
}

/// The same account with snapshots.
struct SnapshotAccount: Aggregate, Codable, Equatable {
    static let streamCategory = Account.streamCategory
    static let snapshots: SnapshotPolicy<SnapshotAccount>? = .every(3)
    var account = Account()

    mutating func apply(_ event: AccountEvent) { account.apply(event) }
}

extension EventsError {
    /// The code of the error that `work` throws.
    static func code(of work: () async throws -> Void) async -> Code? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? EventsError)?.code
        }
    }
}
