import PandoDatabase
import Testing

/// Operators, functions, and parameters whose type the engine has to find out: the same values on every engine.
@Suite struct ExpressionTests {
    @Test func arithmetic() async throws {
        try await expectRows([
            Statement("SELECT 7 / 2, -7 / 2, 7 % 3, -7 % 3, 7 % -3", [[3, -3, 1, -1, 1]]),
            Statement(
                "SELECT pages / 2, pages % 10, -pages, pages * id FROM books WHERE id = 1",
                [[193, 7, -387, 387]]
            ),
            Statement("SELECT rating / 2, rating * id, rating + 1 FROM books WHERE id = 2", [[1.75, 7.0, 4.5]]),
            Statement("SELECT id / nullif(id - 1, 0) FROM books WHERE id < 3 ORDER BY id", [[nil], [2]]),
            Statement("SELECT 5 & 3, 5 | 3, 1 << 3, 9 >> 1", [[1, 7, 8, 4]]),
            Statement("SELECT abs(-3), abs(id - 5), abs(rating - 5) FROM books WHERE id = 1", [[3, 4, 0.5]]),
            Statement(
                "SELECT ceil(rating), floor(rating), floor(rating + 0.5) FROM books WHERE id = 4",
                [[3.0, 2.0, 3.0]]
            ),
            Statement("SELECT ceil(-rating), floor(-rating) FROM books WHERE id = 4", [[-2.0, -3.0]]),
            Statement("SELECT CAST('12' AS bigint), CAST(id AS text) FROM books WHERE id = 1", [[12, "1"]]),
            Statement(
                "SELECT -9223372036854775808, 9223372036854775807",
                [[Cell(sqlValue: .integer(.min)), Cell(sqlValue: .integer(.max))]]
            ),
        ])
    }

    @Test func text() async throws {
        try await expectRows([
            Statement("SELECT title || ' (' || pages || ')' FROM books WHERE id = 4", [["노래 𝄞 (12)"]]),
            Statement("SELECT title || NULL FROM books WHERE id = 4", [[nil]]),
            // In code points, not in bytes nor in what a reader sees.
            Statement("SELECT length(title), length('e\u{301}'), length('') FROM books WHERE id = 4", [[4, 2, 0]]),
            Statement(
                "SELECT substr(title, 4, 1), substr(title, 2), substr(title, 1, 100) FROM books WHERE id = 4",
                [["𝄞", "래 𝄞", "노래 𝄞"]]
            ),
            Statement("SELECT substr('hello', 0, 2), substr('hello', 9)", [["h", ""]]),
            // Only the letters A to Z have another case, whatever the locale of the server.
            Statement("SELECT upper(name), lower(name) FROM authors WHERE id = 2", [["ÉMILE", "Émile"]]),
            Statement("SELECT upper(name || 'ß') FROM authors WHERE id = 4", [["ADAß"]]),
            Statement(
                "SELECT trim('  é  '), ltrim('xxa', 'x'), rtrim('axx', 'x'), trim('xax', 'x')",
                [["é", "a", "a", "a"]]
            ),
            Statement("SELECT length(trim(' \u{a0}\t a \t '))", [[6]]),
            Statement(
                "SELECT replace(title, '노', 'no'), replace('abc', '', 'x') FROM books WHERE id = 4",
                [["no래 𝄞", "abc"]]
            ),
        ])
    }

    @Test func nulls() async throws {
        try await expectRows([
            Statement("SELECT coalesce(born, 0), coalesce(born, id) FROM authors WHERE id = 3", [[0, 3]]),
            Statement(
                "SELECT nullif(id, 1), nullif(name, 'ada') FROM authors WHERE id IN (1, 4) ORDER BY id",
                [[nil, "Ursula"], [4, nil]]
            ),
            Statement("SELECT born IS NULL, born + 1 FROM authors WHERE id = 3", [[true, nil]]),
            Statement("SELECT 1 WHERE NULL = NULL OR NULL <> 1", []),
            Statement("SELECT NULL IS NULL, coalesce(NULL, NULL, 2)", [[true, 2]]),
        ])
    }

    @Test func parametersTakeTheTypeOfTheirPlace() async throws {
        try await expectRows([
            Statement(
                "SELECT \(1), \("a"), \(2.5), \(true), \([UInt8]([1, 2])), \(Int?.none)",
                [[1, "a", 2.5, true, Cell(sqlValue: .bytes([1, 2])), nil]]
            ),
            Statement("SELECT \(Int64.max), \("5")", [[Cell(sqlValue: .integer(.max)), "5"]]),
            Statement("SELECT id + \(1), rating * \(2.0), rating + \(1) FROM books WHERE id = \(2)", [[3, 7.0, 4.5]]),
            Statement("SELECT id FROM books WHERE pages > \(300.5) ORDER BY id", [[1], [2], [3]]),
            Statement("SELECT id FROM books WHERE pages < \(5_000_000_000) ORDER BY id LIMIT \(1)", [[1]]),
            Statement("SELECT coalesce(born, \(7)) FROM authors WHERE id = 3", [[7]]),
            Statement("SELECT coalesce(rating, \(1.5)) FROM books WHERE id = 3", [[1.5]]),
            Statement("SELECT title || \(" no. ") || \(5) FROM books WHERE id = 3", [["Germinal no. 5"]]),
            Statement("SELECT nullif(title, \("Germinal")) FROM books WHERE id = 3", [[nil]]),
            Statement("SELECT id FROM books WHERE \(true) AND is_lent = \(false) ORDER BY id", [[2], [4]]),
            Statement(
                "SELECT CASE WHEN id = \(1) THEN pages ELSE \(0) END FROM books ORDER BY id LIMIT 2",
                [[387], [0]]
            ),
            Statement(
                "SELECT CASE WHEN is_lent THEN \("out") ELSE \("in") END FROM books ORDER BY id LIMIT 2",
                [["out"], ["in"]]
            ),
            Statement("SELECT id FROM books WHERE title LIKE \("%") || \("Hand")", [[2]]),
            Statement("SELECT x FROM (SELECT \("b") AS x UNION ALL SELECT \("a")) AS s ORDER BY x", [["a"], ["b"]]),
        ])
    }

    /// Where a parameter stands beside others only, it says its type itself.
    @Test func parametersAmongThemselvesAreCast() async throws {
        try await expectRows([
            Statement("SELECT CASE WHEN 1 = 1 THEN CAST(\(1) AS bigint) ELSE \(2) END", [[1]]),
            Statement("SELECT coalesce(CAST(\(Int?.none) AS bigint), \(5))", [[5]]),
            Statement("SELECT CAST(\(1) AS bigint) + \(2), CAST(\(7) AS bigint) / \(2)", [[3, 3]]),
            Statement("SELECT CAST(\(7.0) AS double precision) / \(2.0)", [[3.5]]),
            Statement("SELECT CAST(\(2) AS bigint) > \(10), \("2") > \("10")", [[false, true]]),
            Statement(
                "SELECT x FROM (SELECT CAST(\(10) AS bigint) AS x UNION ALL SELECT \(9)) AS s ORDER BY x",
                [[9], [10]]
            ),
            Statement(
                """
                WITH RECURSIVE n (i) AS (SELECT CAST(\(3) AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < \(5))
                SELECT i FROM n ORDER BY i
                """,
                [[3], [4], [5]]
            ),
        ])
    }

    @Test func theSameTextTakesValuesOfOtherTypes() async throws {
        try await withDatabase { database in
            let values: [Cell] = [1, "a", nil, true, "1", Cell(sqlValue: .bytes([1])), 3]
            for value in values + values.reversed() {
                let rows = try await database.cells("SELECT \(value)")
                #expect(rows == [[value]])
            }
        }
    }
}
