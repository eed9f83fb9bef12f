import PandoDatabase
import TestSupport
import Testing

@Suite struct OwnershipTests {
    static let shop = DomainMigrations(
        domain: "shop",
        [
            Migration(1, "create goods") {
                CreateTable("goods", sharding: .reference) {
                    Column("id", .bigint)
                    PrimaryKey("id")
                }
            }
        ]
    )

    @Test func aDomainTouchesItsOwnTablesOnly() async throws {
        try await withDatabase(bank + [Self.shop]) { database in
            let shop = database.domain("shop")
            try await shop.write { try await $0.execute("INSERT INTO goods (id) VALUES (1)") }
            let error = await databaseError {
                try await shop.read { try await $0.first("SELECT count(*) FROM accounts", as: Int.self) }
            }
            #expect(error?.code == .statementRefused)
            #expect(error?.message.contains("table 'accounts' of domain 'bank'") == true)
            let joined = await databaseError {
                try await shop.write { try await $0.execute("DELETE FROM goods WHERE id IN (SELECT id FROM accounts)") }
            }
            #expect(joined?.code == .statementRefused)
        }
    }

    @Test(arguments: [
        "PRAGMA journal_mode = DELETE", "CREATE TABLE x (a)", "DROP TABLE accounts", "ATTACH ':memory:' AS other",
        "COMMIT",
        "SELECT datetime('now')", "SELECT * FROM pando_position", "SELECT * FROM sqlite_master", "VACUUM",
        "SELECT 1; SELECT 2", "SELECT load_extension('x')",
    ])
    func statementsOutsideThePortableSubsetAreRefused(_ text: String) async throws {
        try await withDatabase(bank) { database in
            let error = await databaseError {
                try await database.domain("bank").write { try await $0.execute("\(raw: text)") }
            }
            #expect(error?.code == .statementRefused, "\(text)")
        }
    }

    @Test func aMigrationDropsNothingOfAnotherDomain() async throws {
        try await withDatabase(bank) { database in
            let owner = DomainMigrations(
                domain: "owner",
                [
                    Migration(1, "keep") {
                        CreateTable("kept", sharding: .reference) {
                            Column("id", .bigint)
                            Column("name", .text)
                            PrimaryKey("id")
                        }
                        CreateIndex("kept_by_name", on: "kept", "name")
                    }
                ]
            )
            _ = try await database.migrate([owner])
            for migration in [
                Migration(1, "drop an index") { DropIndex("kept_by_name") },
                Migration(1, "drop a table") { DropTable("kept") },
                Migration(1, "index a table") { CreateIndex("stolen", on: "kept", "name") },
            ] {
                let thief = DomainMigrations(domain: "thief", [migration])
                let error = await databaseError { try await database.migrate([thief]) }
                #expect(error?.code == .migrationRefused)
            }
        }
    }

    @Test func aMigrationThatTouchesAnotherDomainIsRefused() async throws {
        try await withDatabase(bank) { database in
            let thief = DomainMigrations(
                domain: "thief",
                [Migration(1, "steal") { Execute("UPDATE accounts SET balance = 0") }]
            )
            let error = await databaseError { try await database.migrate([thief]) }
            #expect(error?.code == .migrationRefused)
            let reference = DomainMigrations(
                domain: "thief",
                [
                    Migration(1, "refer") {
                        CreateTable("loot", sharding: .reference) {
                            Column("id", .bigint)
                            PrimaryKey("id")
                            References("id", table: "accounts", column: "id")
                        }
                    }
                ]
            )
            let refused = await databaseError { try await database.migrate([reference]) }
            #expect(refused?.code == .migrationRefused)
        }
    }
}
