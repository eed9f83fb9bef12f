import Foundation
import PandoDatabase
import TestSupport
import Testing

/// Where the engines differ: what each of them does, as docs/databases.md states it.
@Suite struct DifferenceTests {
    private func expect(_ differences: [Difference]) async throws {
        try await withDatabase([library]) { database in
            let engine = try await database.testedEngine
            for difference in differences {
                let outcome: Difference.Outcome
                do {
                    let rows = try await database.write { tx in
                        try await tx.rows(difference.sql) { row in
                            var cells: [Cell] = []
                            for index in 0..<row.count { cells.append(try row.get(index)) }
                            return cells
                        }
                    }
                    outcome = .rows(rows)
                } catch let error as DatabaseError {
                    outcome = .refused(error.code)
                }
                #expect(outcome == difference.outcomes[engine], "\(difference.sql.text)")
            }
        }
    }

    @Test func nullsInAnOrderThatDoesNotSay() async throws {
        try await expect([
            Difference(
                "SELECT born FROM authors ORDER BY born",
                sqlite: .rows([[nil], [1815], [1840], [1929]]),
                postgres: .rows([[1815], [1840], [1929], [nil]])
            ),
            Difference(
                "SELECT born FROM authors ORDER BY born DESC",
                sqlite: .rows([[1929], [1840], [1815], [nil]]),
                postgres: .rows([[nil], [1929], [1840], [1815]])
            ),
        ])
    }

    @Test func integersPastTheirRange() async throws {
        try await expect([
            Difference(
                "SELECT pages / 0 FROM books WHERE id = 1",
                sqlite: .rows([[nil]]),
                postgres: .refused(.statementRefused)
            ),
            Difference(
                "SELECT id % 0 FROM books WHERE id = 1",
                sqlite: .rows([[nil]]),
                postgres: .refused(.statementRefused)
            ),
            Difference(
                "SELECT rating / 0 FROM books WHERE id = 1",
                sqlite: .rows([[nil]]),
                postgres: .refused(.statementRefused)
            ),
            // An `integer` counts in 32 bits on a server.
            Difference(
                "SELECT pages * 10000000 FROM books WHERE id = 1",
                sqlite: .rows([[3_870_000_000]]),
                postgres: .refused(.constraintViolated(.check))
            ),
            Difference(
                "SELECT id + 9223372036854775807 FROM books WHERE id = 1",
                sqlite: .rows([[9_223_372_036_854_775_808.0]]),
                postgres: .refused(.constraintViolated(.check))
            ),
            Difference(
                "SELECT sum(n) FROM (SELECT 9223372036854775807 AS n UNION ALL SELECT 9223372036854775807) AS s",
                sqlite: .refused(.statementRefused),
                postgres: .rows([[18_446_744_073_709_551_614.0]])
            ),
            // A server gives averages of integers beyond 10^16 without decimal places.
            Difference(
                "SELECT avg(n) FROM (SELECT 90071992547409931 AS n) AS s",
                sqlite: .rows([[90_071_992_547_409_931.0]]),
                postgres: .rows([[90_071_992_547_409_931]])
            ),
        ])
    }

    @Test func decimalsWithoutAColumn() async throws {
        try await expect([
            // Literals with a point are exact decimals on a server; columns and parameters are doubles on both.
            Difference("SELECT 0.1 + 0.2", sqlite: .rows([[0.30000000000000004]]), postgres: .rows([[0.3]])),
            Difference(
                "SELECT CAST('12 rooms' AS bigint)",
                sqlite: .rows([[12]]),
                postgres: .refused(.constraintViolated(.check))
            ),
            // The sum of `bigint` is an exact decimal on a server, so that dividing it is no division of integers.
            Difference("SELECT sum(id) / 4 FROM books", sqlite: .rows([[2]]), postgres: .rows([[2.5]])),
            Difference("SELECT CAST(2.7 AS integer)", sqlite: .rows([[2]]), postgres: .rows([[3]])),
            Difference("SELECT 5.5 % 2", sqlite: .rows([[1.0]]), postgres: .rows([[1.5]])),
            Difference(
                "UPDATE books SET pages = \(1.5) WHERE id = 1 RETURNING pages",
                sqlite: .refused(.constraintViolated(.dataType)),
                postgres: .rows([[2]])
            ),
            Difference("SELECT ceil(id) FROM books WHERE id = 1", sqlite: .rows([[1]]), postgres: .rows([[1.0]])),
        ])
    }

    @Test func text() async throws {
        try await expect([
            Difference(#"SELECT 'a%c' LIKE 'a\%c'"#, sqlite: .rows([[false]]), postgres: .rows([[true]])),
            Difference("SELECT substr('hello', -2)", sqlite: .rows([["lo"]]), postgres: .rows([["hello"]])),
            Difference(
                "SELECT length(id) FROM books WHERE id = 1",
                sqlite: .rows([[1]]),
                postgres: .refused(.statementRefused)
            ),
            Difference("SELECT 'x' = 1", sqlite: .rows([[false]]), postgres: .refused(.constraintViolated(.check))),
            Difference(
                "UPDATE books SET title = \([UInt8]([65])) WHERE id = 1 RETURNING title",
                sqlite: .refused(.constraintViolated(.dataType)),
                postgres: .rows([["\\x41"]])
            ),
            Difference(
                "SELECT x'41'",
                sqlite: .rows([[Cell(sqlValue: .bytes([65]))]]),
                postgres: .refused(.statementRefused)
            ),
        ])
    }

    @Test func whatSQLiteLetsPass() async throws {
        let refused = Difference.Outcome.refused(.statementRefused)
        try await expect([
            Difference("SELECT id FROM books WHERE id == 1", sqlite: .rows([[1]]), postgres: refused),
            Difference("SELECT id FROM books WHERE id IS 1", sqlite: .rows([[1]]), postgres: refused),
            Difference("SELECT id FROM books WHERE is_lent = 1 AND id = 1", sqlite: .rows([[1]]), postgres: refused),
            Difference(
                "SELECT count(*) FROM books WHERE id",
                sqlite: .rows([[4]]),
                postgres: .refused(.constraintViolated(.dataType))
            ),
            Difference("SELECT max(is_lent) FROM books", sqlite: .rows([[1]]), postgres: refused),
            Difference("SELECT max(1, 2)", sqlite: .rows([[2]]), postgres: refused),
            Difference(
                "SELECT author_id, title FROM books WHERE id = 1 GROUP BY author_id",
                sqlite: .rows([[1, "Dispossessed"]]),
                postgres: refused
            ),
            Difference("SELECT id AS n FROM books WHERE n = 1", sqlite: .rows([[1]]), postgres: refused),
            Difference("SELECT n FROM (SELECT 1 AS n)", sqlite: .rows([[1]]), postgres: refused),
            Difference("SELECT id FROM books ORDER BY id LIMIT 0, 1", sqlite: .rows([[1]]), postgres: refused),
            Difference("SELECT count(*) FROM books WHERE id IN ()", sqlite: .rows([[0]]), postgres: refused),
            Difference(
                "INSERT OR IGNORE INTO authors VALUES (1, 'x', 1) RETURNING id",
                sqlite: .rows([]),
                postgres: refused
            ),
            Difference("SELECT length(bought) FROM books WHERE id = 1", sqlite: .rows([[10]]), postgres: refused),
            Difference("SELECT seen_at + 1 FROM books WHERE id = 2", sqlite: .rows([[0]]), postgres: refused),
        ])
    }

    @Test func parametersAmongThemselves() async throws {
        try await expect([
            // For a filter that may be absent, leave the condition out in Swift.
            Difference(
                "SELECT count(*) FROM books WHERE \(Int?.none) IS NULL",
                sqlite: .rows([[4]]),
                postgres: .refused(.statementRefused)
            ),
            Difference("SELECT abs(\(-3))", sqlite: .rows([[3]]), postgres: .rows([[3.0]])),
            Difference("SELECT \(1) + \(2)", sqlite: .rows([[3]]), postgres: .refused(.statementRefused)),
            Difference(
                "WITH RECURSIVE n (i) AS (SELECT \(1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT count(*) FROM n",
                sqlite: .rows([[3]]),
                postgres: .refused(.statementRefused)
            ),
            // What is compared with a column has the column's type.
            Difference(
                "SELECT id FROM books WHERE id = \("1")",
                sqlite: .rows([[1]]),
                postgres: .refused(.statementRefused)
            ),
        ])
    }

    @Test func namesOfColumns() async throws {
        try await withDatabase { database in
            let engine = try await database.testedEngine
            struct Named: Decodable { let bookCount: Int }
            // Names without quotes are in small letters on a server, so that only snake case is the same name everywhere.
            let snake = try await database.read { try await $0.first("SELECT 1 AS book_count", as: Named.self) }
            #expect(snake?.bookCount == 1)
            let quoted = try await database.read { try await $0.first("SELECT 1 AS \"bookCount\"", as: Named.self) }
            #expect(quoted?.bookCount == 1)
            let camel = await databaseError {
                try await database.read { try await $0.first("SELECT 1 AS bookCount", as: Named.self) }
            }
            #expect(camel?.code == (engine == .sqlite ? nil : .typeMismatch))
        }
    }

    @Test func identifiersAndDocumentsAsOperands() async throws {
        let things = DomainMigrations(
            domain: "things",
            [
                Migration(1, "create things") {
                    CreateTable("things", sharding: .reference) {
                        Column("id", .identifier)
                        Column("body", .json)
                        PrimaryKey("id")
                    }
                    Execute("INSERT INTO things VALUES (\(Identifier(bytes: Array(1...16))), '[]')")
                }
            ]
        )
        try await withDatabase([things]) { database in
            let engine = try await database.testedEngine
            for sql in [
                "SELECT min(id) FROM things", "SELECT DISTINCT body FROM things",
                "SELECT id FROM things WHERE body = '[]'",
            ] as [SQL] {
                let error = await databaseError { try await database.cells(sql) }
                #expect(error?.code == (engine == .sqlite ? nil : .statementRefused), "\(sql.text)")
            }
            // Written so that both do it.
            let first = try await database.cells("SELECT id FROM things ORDER BY id LIMIT 1")
            #expect(first == [[Cell(sqlValue: .bytes(Array(1...16)))]])
        }
    }

    @Test func instantsBeforeTheYear4713BC() async throws {
        try await withDatabase([library]) { database in
            let engine = try await database.testedEngine
            for instant in [Int64.min + 1, earliestOnServers - 1].map(Instant.init(microsecondsSince1970:)) {
                let error = await databaseError {
                    try await database.write { try await $0.execute("UPDATE books SET seen_at = \(instant)") }
                }
                #expect(error?.code == (engine == .sqlite ? nil : .valueRefused))
            }
        }
    }

    @Test func documentsThatAreTooDeep() async throws {
        let nested = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        try await withDatabase([JSONColumnTests.documents]) { database in
            let engine = try await database.testedEngine
            let error = await databaseError {
                try await database.write {
                    try await $0.execute("INSERT INTO documents VALUES (1, \(JSONText(nested)))")
                }
            }
            #expect(error?.code == (engine == .sqlite ? .constraintViolated(.check) : .statementRefused))
        }
    }

    @Test func backups() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-\(Identifier())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withDatabase([library]) { database in
            let engine = try await database.testedEngine
            let error = await databaseError {
                try await database.backup(to: folder.appendingPathComponent("copy").path)
            }
            #expect(error?.code == (engine == .sqlite ? nil : .misused))
        }
    }

    @Test func daysThatDoNotExistAsText() async throws {
        try await withDatabase([library]) { database in
            let engine = try await database.testedEngine
            let error = await databaseError {
                try await database.write { try await $0.execute("UPDATE books SET bought = \("2026-02-30")") }
            }
            #expect(error?.code == (engine == .sqlite ? nil : .constraintViolated(.check)))
        }
    }
}
