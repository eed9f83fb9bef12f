import PandoDatabase
import Testing

/// Queries of the portable subset: the same rows on every engine.
@Suite struct QueryTests {
    @Test func joinsAndSubqueries() async throws {
        try await expectRows([
            Statement(
                "SELECT a.name, b.title FROM authors a JOIN books b ON b.author_id = a.id ORDER BY b.id",
                [["Ursula", "Dispossessed"], ["Ursula", "Left Hand"], ["Émile", "Germinal"]]
            ),
            Statement(
                """
                SELECT a.id, count(b.id) FROM authors a LEFT JOIN books b ON b.author_id = a.id
                GROUP BY a.id ORDER BY a.id
                """,
                [[1, 2], [2, 1], [3, 0], [4, 0]]
            ),
            Statement(
                """
                SELECT a.id, b.id FROM authors a FULL JOIN books b ON b.author_id = a.id
                WHERE a.id IS NULL OR b.id IS NULL ORDER BY a.id NULLS LAST
                """,
                [[3, nil], [4, nil], [nil, 4]]
            ),
            Statement("SELECT count(*) FROM authors CROSS JOIN books", [[16]]),
            Statement("SELECT id FROM authors JOIN (SELECT 2 AS id) AS two USING (id)", [[2]]),
            Statement("SELECT s.n FROM (SELECT count(*) AS n FROM books) AS s", [[4]]),
            Statement("SELECT (SELECT max(pages) FROM books) AS longest", [[591]]),
            Statement(
                """
                SELECT name FROM authors a WHERE EXISTS (SELECT 1 FROM books b WHERE b.author_id = a.id AND b.pages > 500)
                """,
                [["Émile"]]
            ),
            Statement(
                "SELECT id FROM authors WHERE id NOT IN (SELECT author_id FROM books WHERE author_id IS NOT NULL) ORDER BY id",
                [[3], [4]]
            ),
            Statement(
                "SELECT column1, column2 FROM (VALUES (1, 'a'), (2, 'b')) AS v ORDER BY column1",
                [[1, "a"], [2, "b"]]
            ),
        ])
    }

    @Test func commonTableExpressions() async throws {
        try await expectRows([
            Statement(
                "WITH long AS (SELECT id FROM books WHERE pages > 350) SELECT count(*) FROM long",
                [[2]]
            ),
            Statement(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n",
                [[15]]
            ),
            Statement("WITH v (x, y) AS (VALUES (1, 'a'), (2, 'b')) SELECT y FROM v WHERE x = 2", [["b"]]),
        ])
    }

    @Test func windowFunctions() async throws {
        try await expectRows([
            Statement(
                """
                SELECT id, row_number() OVER (ORDER BY pages), rank() OVER (ORDER BY author_id NULLS LAST),
                    dense_rank() OVER (ORDER BY author_id NULLS LAST), ntile(2) OVER (ORDER BY id)
                FROM books ORDER BY id
                """,
                [[1, 3, 1, 1, 1], [2, 2, 1, 1, 1], [3, 4, 3, 2, 2], [4, 1, 4, 3, 2]]
            ),
            Statement(
                """
                SELECT lag(pages) OVER w, lead(pages, 1, 0) OVER w, first_value(title) OVER w, nth_value(pages, 2) OVER w
                FROM books WHERE author_id = 1 WINDOW w AS (ORDER BY id) ORDER BY id
                """,
                [[nil, 304, "Dispossessed", nil], [387, 0, "Dispossessed", 304]]
            ),
            Statement(
                """
                SELECT sum(pages) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
                    count(*) OVER (PARTITION BY author_id)
                FROM books ORDER BY id
                """,
                [[387, 2], [691, 2], [895, 1], [603, 1]]
            ),
            Statement(
                "SELECT percent_rank() OVER (ORDER BY id), cume_dist() OVER (ORDER BY id) FROM authors ORDER BY id LIMIT 1",
                [[0.0, 0.25]]
            ),
        ])
    }

    @Test func aggregates() async throws {
        try await expectRows([
            Statement("SELECT count(*), count(rating), count(DISTINCT author_id) FROM books", [[4, 3, 2]]),
            Statement("SELECT sum(pages), sum(id), sum(rating) FROM books", [[1294, 10, 10.5]]),
            Statement("SELECT avg(pages), avg(id), avg(rating) FROM books", [[323.5, 2.5, 3.5]]),
            Statement("SELECT CAST(sum(id) AS bigint) / count(*), sum(pages) / count(*) FROM books", [[2, 323]]),
            // An average is a double, also where it is a whole number.
            Statement("SELECT avg(id) FROM books WHERE id = 2", [[2.0]]),
            Statement(
                "SELECT min(title), max(title), min(rating), max(pages) FROM books",
                [["Dispossessed", "노래 𝄞", 2.5, 591]]
            ),
            Statement("SELECT min(bought), max(bought) FROM books", [["0000-01-01", "9999-12-31"]]),
            Statement("SELECT min(seen_at), max(seen_at) FROM books", [[-1, Cell(sqlValue: .integer(.max))]]),
            Statement(
                "SELECT count(*) FILTER (WHERE is_lent), sum(pages) FILTER (WHERE NOT is_lent) FROM books",
                [[2, 316]]
            ),
            // Over no rows: nothing but a count is a number.
            Statement(
                "SELECT count(*), sum(pages), avg(pages), min(pages) FROM books WHERE id > 100",
                [[0, nil, nil, nil]]
            ),
            Statement(
                "SELECT author_id, count(*) AS n FROM books GROUP BY author_id HAVING count(*) > 1 ORDER BY n DESC",
                [[1, 2]]
            ),
            Statement(
                "SELECT is_lent, sum(pages) FROM books GROUP BY is_lent ORDER BY is_lent",
                [[false, 316], [true, 978]]
            ),
            Statement("SELECT DISTINCT is_lent FROM books ORDER BY is_lent", [[false], [true]]),
        ])
    }

    @Test func ordersAndLimits() async throws {
        try await expectRows([
            // By code point, whatever the locale of the server: capitals, the underscore, small letters, letters with accents.
            Statement("SELECT name FROM authors ORDER BY name", [["Ursula"], ["_anon"], ["ada"], ["Émile"]]),
            Statement("SELECT name FROM authors ORDER BY name DESC LIMIT 2 OFFSET 1", [["ada"], ["_anon"]]),
            Statement("SELECT id FROM authors WHERE name > 'a' ORDER BY name", [[4], [2]]),
            Statement("SELECT born FROM authors ORDER BY born NULLS FIRST", [[nil], [1815], [1840], [1929]]),
            Statement("SELECT born FROM authors ORDER BY born NULLS LAST", [[1815], [1840], [1929], [nil]]),
            Statement("SELECT born FROM authors ORDER BY born DESC NULLS LAST", [[1929], [1840], [1815], [nil]]),
            Statement("SELECT id FROM books ORDER BY bought", [[2], [3], [1], [4]]),
            Statement("SELECT id FROM books ORDER BY seen_at", [[2], [3], [1], [4]]),
            Statement("SELECT id FROM books ORDER BY is_lent, id", [[2], [4], [1], [3]]),
            Statement("SELECT id FROM books ORDER BY id LIMIT \(2) OFFSET \(1)", [[2], [3]]),
            Statement("SELECT pages AS n FROM books ORDER BY n LIMIT 1", [[12]]),
            Statement(
                "SELECT id FROM books ORDER BY CASE WHEN rating IS NULL THEN 1 ELSE 0 END, rating",
                [[4], [2], [1], [3]]
            ),
        ])
    }

    @Test func sets() async throws {
        try await expectRows([
            Statement("SELECT id FROM books UNION SELECT id FROM authors ORDER BY id", [[1], [2], [3], [4]]),
            Statement("SELECT 1 AS n UNION ALL SELECT 1 ORDER BY n", [[1], [1]]),
            Statement("SELECT id FROM books EXCEPT SELECT author_id FROM books ORDER BY id", [[3], [4]]),
            Statement("SELECT id FROM books INTERSECT SELECT author_id FROM books ORDER BY id", [[1], [2]]),
        ])
    }

    @Test func conditions() async throws {
        try await expectRows([
            Statement("SELECT id FROM books WHERE is_lent ORDER BY id", [[1], [3]]),
            Statement("SELECT id FROM books WHERE NOT is_lent AND true ORDER BY id", [[2], [4]]),
            Statement("SELECT id FROM books WHERE is_lent = true OR is_lent = \(true) ORDER BY id", [[1], [3]]),
            Statement("SELECT id FROM books WHERE is_lent IS FALSE ORDER BY id", [[2], [4]]),
            Statement("SELECT true, false, 1 = 1, NULL = 1", [[true, false, true, nil]]),
            Statement("SELECT is_lent = (pages > 300) FROM books ORDER BY id", [[true], [false], [true], [true]]),
            Statement("SELECT id FROM books WHERE (author_id, pages) = (1, 304)", [[2]]),
            Statement("SELECT id FROM books WHERE (author_id, id) > (1, \(1)) ORDER BY id", [[2], [3]]),
            Statement(
                "SELECT id FROM books WHERE (id, title) IN (SELECT id, title FROM books WHERE id < 3) ORDER BY id",
                [[1], [2]]
            ),
            Statement("SELECT id FROM books WHERE id IN \([1, 4, 9]) ORDER BY id", [[1], [4]]),
            Statement("SELECT id FROM books WHERE title IN \(["Germinal", "x"])", [[3]]),
            Statement("SELECT id FROM books WHERE id IN \([Int]()) OR title IN \([String]())", []),
            // An empty list has no row that it is known not to hold: see the document.
            Statement("SELECT id FROM books WHERE id NOT IN \([Int]())", []),
            Statement("SELECT id FROM books WHERE pages BETWEEN 300 AND 400 ORDER BY id", [[1], [2]]),
            Statement("SELECT id FROM books WHERE rating IS DISTINCT FROM 2.5 ORDER BY id", [[1], [2], [3]]),
            Statement("SELECT id FROM books WHERE author_id IS NOT DISTINCT FROM \(Int?.none)", [[4]]),
            Statement("SELECT id FROM authors WHERE name LIKE 'A%'", []),
            Statement("SELECT id FROM authors WHERE name LIKE 'a%' OR name LIKE '_mile' ORDER BY id", [[2], [4]]),
            Statement(#"SELECT id FROM authors WHERE name LIKE '\_%' ESCAPE '\'"#, [[3]]),
            Statement("SELECT id FROM authors WHERE name NOT LIKE \("%a%") ORDER BY id", [[2]]),
            Statement(
                "SELECT CASE born WHEN 1929 THEN 'x' ELSE name END FROM authors WHERE id IN (1, 4) ORDER BY id",
                [["x"], ["ada"]]
            ),
            Statement("SELECT id FROM books WHERE bought >= \(LocalDate("2020-01-01")) ORDER BY id", [[1], [4]]),
            Statement("SELECT id FROM books WHERE seen_at < \(Instant("2024-01-01T09:00:00+09:00"))", [[2]]),
            Statement(
                "SELECT '? it''s \"?\"' AS \"a?\", id /* ? */ FROM books -- ?\nWHERE id = \(1)",
                [["? it's \"?\"", 1]]
            ),
        ])
    }
}
