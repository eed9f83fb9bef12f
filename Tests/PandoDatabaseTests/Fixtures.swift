import Foundation
import PandoDatabase

/// Where a test's database is.
enum Place {
    /// On the engine that the tests are run for.
    case engine
    /// In a file of SQLite, for what only a file has.
    case file
}

/// A real database of its own; a file is removed at the end.
func withDatabase<R>(
    _ migrations: [DomainMigrations] = [],
    in place: Place = .engine,
    configure: (inout Database.Configuration) -> Void = { _ in },
    _ body: (Database) async throws -> R
) async throws -> R {
    var configuration: Database.Configuration =
        switch place {
        case .engine: try .temporary()
        case .file: Database.Configuration(path: try Database.Configuration.temporaryPath())
        }
    configure(&configuration)
    let folder = configuration.path.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
    defer { if let folder { try? FileManager.default.removeItem(at: folder) } }
    let database = try await Database.open(configuration)
    do {
        try await database.migrate(migrations)
        let result = try await body(database)
        await database.close()
        return result
    } catch {
        await database.close()
        throw error
    }
}

/// A table of accounts with a balance, owned by domain `bank`.
let bank = [
    DomainMigrations(
        domain: "bank",
        [
            Migration(1, "create accounts") {
                CreateTable("accounts", sharding: .by("id")) {
                    Column("id", .bigint)
                    Column("balance", .bigint)
                    PrimaryKey("id")
                    Check("balance >= 0")
                }
            }
        ]
    )
]
