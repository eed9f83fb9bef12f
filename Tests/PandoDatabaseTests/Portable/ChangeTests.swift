import PandoDatabase
import TestSupport
import Testing

/// Statements that change rows: the same effect, the same counts and the same returned rows on every engine.
@Suite struct ChangeTests {
    private func returned(_ tx: Transaction, _ sql: SQL) async throws -> [[Cell]] {
        try await tx.rows(sql) { row in
            var cells: [Cell] = []
            for index in 0..<row.count { cells.append(try row.get(index)) }
            return cells
        }
    }

    private func expectCount(
        _ count: Int,
        _ tx: Transaction,
        _ sql: SQL,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let changed = try await tx.execute(sql)
        #expect(changed == count, "\(sql.text)", sourceLocation: sourceLocation)
    }

    @Test func conflictsAreResolvedAsStated() async throws {
        try await withDatabase([library]) { database in
            try await database.write { tx in
                let skipped = try await tx.execute(
                    "INSERT INTO authors VALUES (1, 'Other', 1), (9, 'ada', 1), (10, 'new', 1) ON CONFLICT DO NOTHING"
                )
                #expect(skipped == 1)
                let merged = try await tx.execute(
                    """
                    INSERT INTO authors (id, name, born) VALUES (\(1), \("Le Guin"), \(1930)), (\(11), \("Eve"), \(1950))
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, born = authors.born + excluded.born
                    WHERE authors.born < \(5000)
                    """
                )
                #expect(merged == 2)
                let unchanged = try await tx.execute(
                    "INSERT INTO authors VALUES (1, 'x', 1) ON CONFLICT (id) DO UPDATE SET name = 'y' WHERE authors.born = 0"
                )
                #expect(unchanged == 0)
                // A SELECT before ON CONFLICT needs a WHERE, or SQLite takes ON for a join's.
                let copied = try await tx.execute(
                    "INSERT INTO authors SELECT id + 100, name, born FROM authors WHERE true ON CONFLICT (name) DO NOTHING"
                )
                #expect(copied == 0)
            }
            let rows = try await database.cells(
                "SELECT id, name, born FROM authors WHERE id NOT IN (2, 3, 4) ORDER BY id"
            )
            #expect(rows == [[1, "Le Guin", 3859], [10, "new", 1], [11, "Eve", 1950]])
        }
    }

    @Test func parametersReachColumnsOfEveryType() async throws {
        let (day, moment) = (LocalDate(daysSince1970: 7), Instant(microsecondsSince1970: 7))
        try await withDatabase([library]) { database in
            try await database.write { tx in
                try await expectCount(
                    1,
                    tx,
                    """
                    INSERT INTO books (id, title, pages, is_lent, bought, seen_at)
                    SELECT \(9), \("x"), \(1), \(true), \(day), \(moment) WHERE true
                    """
                )
                try await expectCount(
                    1,
                    tx,
                    """
                    UPDATE books SET is_lent = \(false), seen_at = coalesce(\(Instant?.none), seen_at),
                        bought = coalesce(\(day), bought), rating = nullif(\(2.5), rating)
                    WHERE bought BETWEEN \(day) AND \(day + 1) AND is_lent IN \([true]) AND seen_at IN \([moment])
                    """
                )
            }
            let found = try await database.cells(
                "SELECT id, is_lent, bought, rating FROM books WHERE (seen_at, id) > (\(moment), \(8)) AND id > 8"
            )
            #expect(found == [[9, false, "1970-01-08", 2.5]])
        }
    }

    @Test func rowsComeBack() async throws {
        try await withDatabase([library]) { database in
            try await database.write { tx in
                let inserted = try await returned(
                    tx,
                    "INSERT INTO authors VALUES (\(20), \("Zoe"), \(Int?.none)) RETURNING id + 1 AS next, name, born"
                )
                #expect(inserted == [[21, "Zoe", nil]])
                let updated = try await returned(
                    tx,
                    "UPDATE books SET pages = pages + \(1), is_lent = NOT is_lent WHERE id = 1 RETURNING pages, is_lent"
                )
                #expect(updated == [[388, false]])
                let deleted = try await returned(tx, "DELETE FROM books WHERE id = 2 RETURNING title")
                #expect(deleted == [["Left Hand"]])
                let first = try await tx.first("UPDATE authors SET born = 0 RETURNING born", as: Int.self)
                #expect(first == 0)
            }
            // All rows are changed, also where only the first was asked for.
            let rest = try await database.cells("SELECT count(*) FROM authors WHERE born = 0")
            #expect(rest == [[5]])
        }
    }

    @Test func countsAreOfMatchedRows() async throws {
        try await withDatabase([library]) { database in
            try await database.write { tx in
                try await expectCount(4, tx, "UPDATE books SET pages = pages")
                try await expectCount(0, tx, "UPDATE books SET pages = 1 WHERE id = 99")
                try await expectCount(0, tx, "SELECT id FROM books")
                let both = try await tx.execute([
                    "UPDATE books AS b SET (pages, rating) = (1, 1.5) WHERE b.id < \(3)",
                    "UPDATE books SET title = a.name FROM authors AS a WHERE a.id = books.author_id AND a.id = 2",
                ])
                #expect(both == [2, 1])
                try await expectCount(2, tx, "DELETE FROM books WHERE id IN \([1, 2, 77])")
                try await expectCount(
                    1,
                    tx,
                    "WITH old AS (SELECT 3 AS id) DELETE FROM books WHERE id IN (SELECT id FROM old)"
                )
            }
            let left = try await database.cells("SELECT id FROM books")
            #expect(left == [[4]])
        }
    }

    @Test func manyRowsInOneStatement() async throws {
        try await withDatabase([library]) { database in
            let rows = (100..<1100).map { "(\($0), \("author \($0)"), \(Int?.none))" as SQL }
            let count = try await database.write(limit: .seconds(30)) { tx in
                try await tx.execute("INSERT INTO authors VALUES \(rows.joined(separator: ", "))")
            }
            #expect(count == 1000)
            let listed = try await database.read { tx in
                try await tx.first("SELECT count(*) FROM authors WHERE id IN \(Array(0..<7_000))", as: Int.self)
            }
            #expect(listed == 1004)
            let tooMany = await databaseError { try await database.cells("SELECT 1 WHERE 1 IN \(Array(0...7_000))") }
            #expect(tooMany?.code == .statementRefused)
        }
    }

    @Test func aReadChangesNothing() async throws {
        try await withDatabase([library]) { database in
            for sql in [
                "DELETE FROM books", "UPDATE books SET pages = 0 RETURNING id",
                "INSERT INTO authors VALUES (50, 'x', NULL) RETURNING id",
            ] as [SQL] {
                let error = await databaseError { try await database.cells(sql) }
                #expect(error?.code == .statementRefused, "\(sql.text)")
            }
            let counts = try await database.cells("SELECT (SELECT count(*) FROM books), (SELECT sum(pages) FROM books)")
            #expect(counts == [[4, 1294]])
        }
    }
}
