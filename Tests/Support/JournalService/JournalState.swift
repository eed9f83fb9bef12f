import Hummingbird
import PandoDatabase

/// Everything that came of the entries, for the tests to compare.
struct JournalState: ResponseCodable {
    /// How often each number had its effect.
    struct Effect: Codable, Sendable {
        let number: Int
        let count: Int
    }

    /// The service's wall clock.
    let now: Instant
    let entries: [Int]
    let effects: [Effect]
    let lateEffects: [Effect]
    let notebook: [Int]
    /// How often the schedule has fired.
    let ticks: Int
    /// Writes whose closures wait.
    let stuck: Int

    static func read(_ database: Database, _ notebook: Notebook, _ stuck: StuckWrites) async throws -> JournalState {
        try await database.read { tx in
            JournalState(
                now: .now,
                entries: try await tx.all("SELECT number FROM entries ORDER BY number"),
                effects: try await tx.all("SELECT number, count FROM effects ORDER BY number"),
                lateEffects: try await tx.all("SELECT number, count FROM late_effects ORDER BY number"),
                notebook: notebook.numbers(),
                ticks: try await tx.first("SELECT count(*) FROM ticks") ?? 0,
                stuck: stuck.count
            )
        }
    }
}

/// The tables of the journal.
enum JournalTables {
    static let first = Migration(1, "create the journal") {
        CreateTable("entries", sharding: .reference) {
            Column("number", .bigint)
            Column("id", .identifier)
            Column("filler", .bytes)
            PrimaryKey("number")
            Unique("id")
        }
        counters("effects")
        counters("late_effects")
        CreateTable("ticks", sharding: .reference) {
            Column("id", .identifier)
            Column("at", .instant)
            PrimaryKey("id")
        }
    }

    private static func counters(_ name: String) -> CreateTable {
        CreateTable(name, sharding: .reference) {
            Column("number", .bigint)
            Column("count", .bigint)
            PrimaryKey("number")
        }
    }

    static func count(_ number: Int, in table: String, _ tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO \(raw: table) (number, count) VALUES (\(number), 1) \
            ON CONFLICT (number) DO UPDATE SET count = \(raw: table).count + 1
            """
        )
    }
}
