import PandoDatabase
import Testing

/// Tables with a few rows for statements of every kind: NULLs, halves, and text whose order is by code point.
let library = DomainMigrations(
    domain: "library",
    [
        Migration(1, "create authors and books") {
            CreateTable("authors", sharding: .reference) {
                Column("id", .bigint)
                Column("name", .text)
                Column("born", .integer, .nullable)
                PrimaryKey("id")
                Unique("name")
            }
            CreateTable("books", sharding: .reference) {
                Column("id", .bigint)
                Column("author_id", .bigint, .nullable)
                Column("title", .text)
                Column("pages", .integer)
                Column("rating", .double, .nullable)
                Column("is_lent", .boolean)
                Column("bought", .date)
                Column("seen_at", .instant)
                PrimaryKey("id")
            }
            Execute(
                "INSERT INTO authors VALUES (1, 'Ursula', 1929), (2, 'Émile', 1840), (3, '_anon', NULL), (4, 'ada', 1815)"
            )
            Execute(
                """
                INSERT INTO books VALUES
                    (1, 1, 'Dispossessed', 387, 4.5, \(true), \(LocalDate("2020-02-29")), \(Instant("2024-01-01T00:00:00.000001Z"))),
                    (2, 1, 'Left Hand', 304, 3.5, \(false), \(LocalDate("0000-01-01")), \(Instant("1969-12-31T23:59:59.999999Z"))),
                    (3, 2, 'Germinal', 591, NULL, \(true), \(LocalDate("1999-12-31")), \(Instant("2024-01-01T00:00:00Z"))),
                    (4, NULL, '노래 𝄞', 12, 2.5, \(false), \(LocalDate("9999-12-31")), \(Instant(microsecondsSince1970: .max)))
                """
            )
        }
    ]
)

/// Checks each statement's rows in a database with the ``library``.
func expectRows(_ statements: [Statement], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await withDatabase([library]) { database in
        for statement in statements {
            do {
                let rows = try await database.cells(statement.sql)
                #expect(rows == statement.rows, "\(statement.sql.text)", sourceLocation: sourceLocation)
            } catch {
                Issue.record(error, "\(statement.sql.text)", sourceLocation: sourceLocation)
            }
        }
    }
}
