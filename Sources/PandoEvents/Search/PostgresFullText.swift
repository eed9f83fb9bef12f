import PandoDatabase

/// Full text on PostgreSQL: a `tsvector` for each document with the words of all its texts, and a GIN index over it.
///
/// Vector and query are written here and not by a parser of PostgreSQL, so that no dictionary and no locale decides anything.
/// A letter before each word says which text it stands in, since a vector has no columns.
///
/// A vector has limits (``PostgresVector``). The few documents beyond them keep their words a second time, as plain text; the
/// index says which of these may fit, and a look into the text decides.
///
/// The index takes new words at once (`fastupdate = off`): its list of postponed ones makes most writes quicker, but now and
/// then one of them has to wait for the whole list to be worked off.
///
/// https://www.postgresql.org/docs/15/datatype-textsearch.html
struct PostgresFullText: FullText {
    let table: String
    let texts: [SearchField]

    var creation: [SQL] {
        [
            """
            CREATE TABLE \(raw: table) (number bigint PRIMARY KEY, vector tsvector NOT NULL, words text COLLATE "C")
            """,
            "CREATE INDEX ON \(raw: table) USING gin (vector) WITH (fastupdate = off)",
        ]
    }

    func insertion(_ number: Int, _ words: [IndexText]) -> SQL {
        let vector = PostgresVector(words)
        return """
            INSERT INTO \(raw: table) (number, vector, words)
            VALUES (\(number), \(vector.literal)::text::tsvector, \(vector.words as String?))
            """
    }

    func replacement(_ number: Int, _ words: [IndexText]) -> [SQL] {
        let vector = PostgresVector(words)
        return [
            """
            UPDATE \(raw: table) SET vector = \(vector.literal)::text::tsvector, words = \(vector.words as String?)
            WHERE number = \(number)
            """
        ]
    }

    func removal(_ number: Int) -> SQL { "DELETE FROM \(raw: table) WHERE number = \(number)" }

    func matches(_ match: SearchMatch) throws(EventsError) -> SQL {
        let query = PostgresTextQuery(match, texts)
        guard query.size <= PostgresTextQuery.maximumSize else {
            throw EventsError(.invalidQuery, "the search text asks for too much at once; shorten it")
        }
        return """
            SELECT t.number FROM \(raw: table) AS t WHERE t.vector @@ \(query.literal)::text::tsquery
            AND (t.words IS NULL OR \(Self.holds(query.check)))
            """
    }

    /// The condition that the plain words hold all terms of the first part and not those of any other. The words are fetched
    /// once for all phrases, and the statement is the same for all searches.
    private static func holds(_ check: String) -> SQL {
        """
        (SELECT NOT EXISTS (
            SELECT 1 FROM unnest(string_to_array(\(check)::text, '/')) WITH ORDINALITY AS part (terms, place)
            WHERE (part.place = 1) = EXISTS (
                SELECT 1 FROM unnest(string_to_array(part.terms, ';')) AS term (phrases)
                WHERE NOT EXISTS (
                    SELECT 1 FROM unnest(string_to_array(term.phrases, '|')) AS phrase (words)
                    WHERE strpos(plain.words, phrase.words) > 0)))
        FROM (SELECT t.words || '' AS words OFFSET 0) AS plain)
        """
    }
}
