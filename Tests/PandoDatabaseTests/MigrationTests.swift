import Foundation
import PandoDatabase
import TestSupport
import Testing

@Suite struct MigrationTests {
    static func notes(_ migrations: [Migration]) -> [DomainMigrations] {
        [DomainMigrations(domain: "notes", migrations)]
    }

    static let create = Migration(1, "create notes") {
        CreateTable("notes", sharding: .by("owner")) {
            Column("owner", .bigint)
            Column("id", .identifier)
            Column("body", .text)
            PrimaryKey("owner", "id")
        }
    }

    static let extend = Migration(2, "add stars") {
        AddColumn("notes", Column("stars", .integer, default: Int32(3)))
        CreateIndex("notes_by_stars", on: "notes", "stars")
        Execute("UPDATE notes SET stars = \(5) WHERE body = \("best")")
    }

    @Test func migrationsApplyOnceAndInOrder() async throws {
        try await withDatabase { database in
            let applied1 = try await database.migrate(Self.notes([Self.create]))
            #expect(applied1 == 1)
            try await database.write { tx in
                try await tx.execute(
                    "INSERT INTO notes VALUES (1, \(Identifier()), 'best'), (1, \(Identifier()), 'other')"
                )
            }
            let applied2 = try await database.migrate(Self.notes([Self.create, Self.extend]))
            #expect(applied2 == 1)
            let applied3 = try await database.migrate(Self.notes([Self.create, Self.extend]))
            #expect(applied3 == 0)
            let stars = try await database.read {
                try await $0.all("SELECT stars FROM notes ORDER BY body", as: Int.self)
            }
            #expect(stars == [5, 3])
        }
    }

    @Test func anOlderProgramRefusesANewerSchema() async throws {
        try await withDatabase(Self.notes([Self.create, Self.extend])) { database in
            let error = await databaseError { try await database.migrate(Self.notes([Self.create])) }
            #expect(error?.code == .schemaMismatch)
            #expect(error?.message.contains("older than the database") == true)
        }
    }

    @Test func aChangedMigrationIsRefused() async throws {
        try await withDatabase(Self.notes([Self.create])) { database in
            let changed = Migration(1, "create notes") {
                CreateTable("notes", sharding: .by("owner")) {
                    Column("owner", .bigint)
                    Column("id", .identifier)
                    Column("body", .text, .nullable)
                    PrimaryKey("owner", "id")
                }
            }
            let error = await databaseError { try await database.migrate(Self.notes([changed])) }
            #expect(error?.code == .schemaMismatch)
        }
    }

    @Test func aFailingMigrationLeavesNothing() async throws {
        try await withDatabase(Self.notes([Self.create])) { database in
            let broken = Migration(2, "break") {
                AddColumn("notes", Column("extra", .text, .nullable))
                Execute("UPDATE notes SET missing = 1")
            }
            let error = await databaseError { try await database.migrate(Self.notes([Self.create, broken])) }
            #expect(error?.code == .migrationRefused)
            let gone = await databaseError {
                try await database.read { try await $0.all("SELECT extra FROM notes", as: String.self) }
            }
            #expect(gone?.code == .statementRefused)
            let applied4 = try await database.migrate(Self.notes([Self.create, Self.extend]))
            #expect(applied4 == 1)
        }
    }

    @Test(arguments: [
        (Migration(1, "a") { CreateTable("t", sharding: .reference) { Column("id", .bigint) } }, "primary key"),
        (
            Migration(1, "a") {
                CreateTable("t", sharding: .by("k")) {
                    Column("id", .bigint); Column("k", .bigint); PrimaryKey("id")
                }
            }, "must contain the shard key"
        ),
        (
            Migration(1, "a") {
                CreateTable("Order", sharding: .reference) {
                    Column("id", .bigint); PrimaryKey("id")
                }
            }, "lower-case"
        ),
        (
            Migration(1, "a") {
                CreateTable("user", sharding: .reference) {
                    Column("id", .bigint); PrimaryKey("id")
                }
            }, "reserved"
        ),
        (
            Migration(1, "a") {
                CreateTable("pando_x", sharding: .reference) {
                    Column("id", .bigint); PrimaryKey("id")
                }
            }, "reserved"
        ),
        (Migration(2, "a") { DropTable("x") }, "number them"),
        (Migration(1, "a") { AddColumn("x", Column("y", .text)) }, "no default"),
    ])
    func mistakesAreNamed(_ migration: Migration, _ words: String) async throws {
        try await withDatabase { database in
            let error = await databaseError { try await database.migrate(Self.notes([migration])) }
            #expect(error?.code == .migrationRefused)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
        }
    }
}
