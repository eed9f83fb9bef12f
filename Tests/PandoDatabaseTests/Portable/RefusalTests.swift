import PandoDatabase
import TestSupport
import Testing

/// What is refused, with the same code on every engine.
@Suite struct RefusalTests {
    static let strict = DomainMigrations(
        domain: "strict",
        [
            Migration(1, "create parents and children") {
                CreateTable("parents", sharding: .reference) {
                    Column("id", .bigint)
                    Column("code", .text)
                    PrimaryKey("id")
                    Unique("code")
                    Check("length(code) < 5")
                }
                CreateTable("children", sharding: .reference) {
                    Column("id", .bigint)
                    Column("parent_id", .bigint)
                    PrimaryKey("id")
                    References("parent_id", table: "parents", column: "id")
                }
                CreateTable("typed", sharding: .reference) {
                    Column("id", .bigint)
                    Column("small", .integer, .nullable)
                    Column("large", .bigint, .nullable)
                    Column("flag", .boolean, .nullable)
                    Column("ratio", .double, .nullable)
                    Column("key", .identifier, .nullable)
                    Column("day", .date, .nullable)
                    Column("moment", .instant, .nullable)
                    Column("blob", .bytes, .nullable)
                    Column("price", .money, .nullable)
                    PrimaryKey("id")
                }
                Execute("INSERT INTO parents VALUES (1, 'one'), (2, 'two')")
                Execute("INSERT INTO children VALUES (1, 1)")
            }
        ]
    )

    private func expect(_ code: DatabaseError.Code, _ statements: [SQL]) async throws {
        try await withDatabase([Self.strict]) { database in
            for sql in statements {
                let error = await databaseError { try await database.write { try await $0.execute(sql) } }
                #expect(error?.code == code, "\(sql.text) \(sql.values): \(error.map { "\($0)" } ?? "no error")")
            }
        }
    }

    @Test func constraints() async throws {
        try await expect(
            .constraintViolated(.unique),
            [
                "INSERT INTO parents VALUES (1, 'new')", "INSERT INTO parents VALUES (3, 'one')",
                "UPDATE parents SET id = 2 WHERE id = 1",
            ]
        )
        try await expect(
            .constraintViolated(.notNull),
            [
                "INSERT INTO parents VALUES (3, NULL)", "INSERT INTO parents (id) VALUES (3)",
                "UPDATE parents SET code = NULL",
            ]
        )
        try await expect(
            .constraintViolated(.check),
            ["INSERT INTO parents VALUES (3, 'lengthy')", "UPDATE parents SET code = code || 'more' WHERE id = 1"]
        )
        try await expect(
            .constraintViolated(.foreignKey),
            [
                "INSERT INTO children VALUES (2, 99)", "UPDATE children SET parent_id = 99",
                "DELETE FROM parents WHERE id = 1",
                "UPDATE parents SET id = 5 WHERE id = 1",
            ]
        )
    }

    @Test func valuesThatAColumnCannotHold() async throws {
        try await expect(
            .constraintViolated(.check),
            [
                "INSERT INTO typed (id, small) VALUES (1, \(2_147_483_648))",
                "INSERT INTO typed (id, small) VALUES (1, \(Int64.min))",
                "INSERT INTO typed (id, small) VALUES (1, 2147483648)", "INSERT INTO typed (id, flag) VALUES (1, \(2))",
                "INSERT INTO typed (id, key) VALUES (1, \([UInt8](repeating: 1, count: 15)))",
                "INSERT INTO typed (id, day) VALUES (1, \("tomorrow"))",
                "INSERT INTO typed (id, day) VALUES (1, \(LocalDate(daysSince1970: 3_000_000)))",
                "INSERT INTO typed (id, day) VALUES (1, \(LocalDate(daysSince1970: -800_000)))",
                "INSERT INTO typed (id, price, price_currency) VALUES (1, 1, \("EURO"))",
            ]
        )
    }

    @Test func valuesOfAnotherType() async throws {
        try await expect(
            .constraintViolated(.dataType),
            [
                "INSERT INTO typed (id, small) VALUES (1, \("many"))",
                "INSERT INTO typed (id, large) VALUES (1, \("many"))",
                "INSERT INTO typed (id, large) VALUES (1, \([UInt8]([1])))",
                "INSERT INTO typed (id, flag) VALUES (1, \("yes"))",
                "INSERT INTO typed (id, ratio) VALUES (1, \("high"))",
                "INSERT INTO typed (id, ratio) VALUES (1, \([UInt8]([1])))",
                "INSERT INTO typed (id, key) VALUES (1, \("text"))", "INSERT INTO typed (id, key) VALUES (1, \(7))",
                "INSERT INTO typed (id, moment) VALUES (1, \("now"))",
                "INSERT INTO typed (id, blob) VALUES (1, \("text"))",
                "INSERT INTO typed (id, blob) VALUES (1, \(7))",
                "INSERT INTO typed (id, day) VALUES (1, \([UInt8]([1])))",
                "INSERT INTO typed (id, price) VALUES (1, \("much"))", "UPDATE parents SET id = \("many")",
            ]
        )
    }

    @Test func valuesThatNoEngineStores() async throws {
        try await expect(
            .valueRefused,
            [
                "INSERT INTO parents VALUES (3, \("a\0"))", "INSERT INTO parents VALUES (3, \("\0"))",
                "SELECT \("\0a")",
                "SELECT id FROM parents WHERE code = \("a\0b")",
                "INSERT INTO typed (id, ratio) VALUES (1, \(Double.nan))",
                "INSERT INTO typed (id, ratio) VALUES (1, \(-Double.signalingNaN))", "SELECT \(Double.nan)",
            ]
        )
    }

    @Test func statements() async throws {
        try await expect(
            .statementRefused,
            [
                "SELEC 1", "SELECT nothing FROM parents", "SELECT id FROM missing", "SELECT \"no column\" FROM parents",
                "INSERT INTO parents VALUES (1)", "SELECT 1; SELECT 2", "", "SELECT unknown_function(1)",
                "SELECT round(1.5)", "SELECT sign(1)",
                "SELECT random()", "SELECT CURRENT_TIMESTAMP", "SELECT id FROM parents WHERE id = ?",

                "CREATE TABLE x (id bigint)", "SELECT (SELECT id, code FROM parents)",
                "SELECT id FROM parents UNION SELECT id, code FROM parents",
                "SELECT id FROM parents FOR UPDATE", "SELECT id::text FROM parents",
                "SELECT code ILIKE 'a' FROM parents",
                "SELECT count(*) FROM parents WHERE count(*) > 1", "SELECT id, id FROM parents AS p WHERE q.id = 1",
            ]
        )
    }

    @Test func aReadOfAnotherTypeIsAMismatch() async throws {
        try await withDatabase([Self.strict]) { database in
            let text = await databaseError {
                try await database.read { try await $0.first("SELECT code FROM parents", as: Int.self) }
            }
            #expect(text?.code == .typeMismatch)
            let null = await databaseError {
                try await database.read { try await $0.first("SELECT max(id) FROM parents WHERE id > 9", as: Int.self) }
            }
            #expect(null?.code == .typeMismatch)
            let small = await databaseError {
                try await database.read { try await $0.first("SELECT 40000 AS n", as: Int16.self) }
            }
            #expect(small?.code == .typeMismatch)
            let missing = await databaseError {
                try await database.read { tx in
                    try await tx.rows("SELECT id FROM parents") { try $0.get("code", as: Int.self) }
                }
            }
            #expect(missing?.code == .typeMismatch)
        }
    }
}
