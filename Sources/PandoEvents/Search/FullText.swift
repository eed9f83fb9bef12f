import PandoDatabase

/// The full-text table of one generation of an index, on SQLite: everything here that is FTS5's own.
///
/// The words come split, folded and separated by spaces (``IndexText``), so the tokenizer has nothing to decide and
/// another engine with a plain tokenizer finds the same. `unicode61` is told to leave diacritics alone, since folding
/// has taken off those that do not matter. Positions are kept for phrases; sizes are not, since relevance does not use
/// them. Beginnings of one and two letters have an index of their own, which makes them as quick as whole words.
///
/// https://www.sqlite.org/fts5.html
struct FullText: Sendable {
    let table: String
    let columns: [String]

    func create(in tx: Transaction) async throws {
        guard !columns.isEmpty else { return }
        try await tx.system.execute(
            """
            CREATE VIRTUAL TABLE \(raw: table) USING fts5(\(raw: columns.joined(separator: ", ")),
                tokenize = 'unicode61 remove_diacritics 0', columnsize = 0, prefix = '1 2')
            """
        )
    }

    func drop(in tx: Transaction) async throws {
        try await tx.system.execute("DROP TABLE IF EXISTS \(raw: table)")
    }

    /// Adds the words of a document, a column each.
    func insert(_ number: Int, _ words: [IndexText], in tx: Transaction) async throws {
        guard !columns.isEmpty else { return }
        let names = columns.map { ", " + $0 }.joined()
        let values = words.map { ", \($0.joined)" as SQL }.joined(by: "")
        try await tx.system.execute("INSERT INTO \(raw: table) (rowid\(raw: names)) VALUES (\(number)\(values))")
    }

    func replace(_ number: Int, _ words: [IndexText], in tx: Transaction) async throws {
        try await remove(number, in: tx)
        try await insert(number, words, in: tx)
    }

    func remove(_ number: Int, in tx: Transaction) async throws {
        guard !columns.isEmpty else { return }
        try await tx.system.execute("DELETE FROM \(raw: table) WHERE rowid = \(number)")
    }

    /// A SELECT of the numbers, as `number`, of the documents that have all `terms` in `fields`.
    func matches(_ terms: [TextRun], _ reading: SearchTerms.Reading, in fields: [SearchField]) -> SQL {
        matches(Self.expression(terms, reading, in: fields))
    }

    /// A SELECT of the numbers, as `number`, of the documents that have all `terms` in a tier and in no closer one.
    func matches(_ terms: [TextRun], tier: Int, of tiers: [SearchSchema.Tier]) -> SQL {
        let expressions = tiers[...tier].reversed().map { Self.expression(terms, $0.reading, in: $0.fields) }
        return matches(expressions.joined(separator: " NOT "))
    }

    private func matches(_ expression: String) -> SQL {
        "SELECT rowid AS number FROM \(raw: table) WHERE \(raw: table) MATCH \(expression)"
    }

    /// The match expression. Phrases are quoted and made of letters and digits, columns are the schema's, so that
    /// nothing a person types is an operator.
    static func expression(_ terms: [TextRun], _ reading: SearchTerms.Reading, in fields: [SearchField]) -> String {
        let all = terms.map { term in
            "(" + SearchTerms.phrases(for: term, reading).map(expression).joined(separator: " OR ") + ")"
        }
        return "({\(fields.map(\.column).joined(separator: " "))} : (\(all.joined(separator: " AND "))))"
    }

    private static func expression(_ phrase: SearchPhrase) -> String {
        "\"\(phrase.words.joined(separator: " "))\"" + (phrase.isPrefix ? " *" : "")
    }
}

extension SearchTables {
    /// Makes the tables. The documents' number is SQLite's row id, which is what FTS5 knows a document by.
    func create(in tx: Transaction) async throws {
        let columns = schema.attributes.map { ", \($0.column) \($0.kind == .number ? "REAL" : "TEXT")" }.joined()
        try await tx.system.execute(
            """
            CREATE TABLE \(raw: documents) (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, stored TEXT,
                length INTEGER NOT NULL, text_hash INTEGER NOT NULL\(raw: columns)) STRICT
            """
        )
        for attribute in schema.attributes {
            let name = "\(documents)_by_\(attribute.name)"
            try await tx.system.execute(
                "CREATE INDEX \(raw: name) ON \(raw: documents) (\(raw: attribute.column), id)"
            )
        }
        try await tx.system.execute(
            """
            CREATE TABLE \(raw: tags) (number INTEGER NOT NULL, field TEXT NOT NULL, tag TEXT NOT NULL,
                PRIMARY KEY (number, field, tag)) STRICT, WITHOUT ROWID
            """
        )
        try await tx.system.execute("CREATE INDEX \(raw: tags)_by_tag ON \(raw: tags) (field, tag, number)")
        try await text.create(in: tx)
    }

    /// Takes the tables away.
    func drop(in tx: Transaction) async throws {
        try await text.drop(in: tx)
        try await tx.system.execute("DROP TABLE IF EXISTS \(raw: tags)")
        try await tx.system.execute("DROP TABLE IF EXISTS \(raw: documents)")
    }
}
