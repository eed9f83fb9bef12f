import PandoDatabase

/// The tables of one generation of an index, and the portable statements on them.
///
/// - `…_documents`: a row a document, with its keywords and numbers as columns;
/// - `…_tags`: a row a tag;
/// - `…_text`: the full-text table, which each engine has in its own way (``FullText``).
struct SearchTables: Sendable {
    let engine: SQLEngine
    let schema: SearchSchema
    let documents: String
    let tags: String
    let words: String

    init(_ index: SearchIndex, _ generation: Int, on engine: SQLEngine) {
        self.engine = engine
        schema = index.schema
        let prefix = "pando_search_\(index.name)_\(generation)"
        documents = prefix + "_documents"
        tags = prefix + "_tags"
        words = prefix + "_text"
    }

    /// The full-text table; nil where the index has no texts.
    var text: (any FullText)? {
        if schema.texts.isEmpty { return nil }
        return switch engine {
        case .sqlite: SQLiteFullText(table: words, columns: schema.texts.map(\.column))
        case .postgres: PostgresFullText(table: words, texts: schema.texts)
        }
    }

    /// Puts a document in, in place of the one with its id.
    ///
    /// A row is written before anything is read, which also holds it against other transactions. That it is new is found by
    /// inserting it: two that looked for each other's new documents first could not both commit on PostgreSQL.
    func put(_ document: SearchDocument, in tx: Transaction) async throws {
        let texts = schema.texts.map { document.fields[$0.name]?.text ?? "" }
        // The text's own hash tells whether it changed: most puts change a price or a night, and the words are what
        // costs.
        let hash = Int64(bitPattern: texts.reduce(FNV1a.start) { FNV1a.hash("\($1.utf8.count) \($1)".utf8, from: $0) })
        var changes: [SQL] = []
        if let number = try await insert(document, hash, in: tx) {
            for field in schema.tags { changes += tags(document, field).map { adding($0, field, number) } }
            if let text {
                let words = texts.map(IndexText.init)
                changes += [text.insertion(number, words), settingLength(words, hash, number)]
            }
        } else if let (number, oldHash) = try await update(document, in: tx) {
            for field in schema.tags { changes += try await changedTags(document, field, number, in: tx) }
            if let text, oldHash != hash {
                let words = texts.map(IndexText.init)
                changes += text.replacement(number, words) + [settingLength(words, hash, number)]
            }
        } else {
            // Another transaction has just taken it away.
            return try await put(document, in: tx)
        }
        for change in changes { try await tx.system.enqueue(change) }
    }

    /// Notes the number of words in the heaviest texts, which breaks ties of relevance.
    private func settingLength(_ words: [IndexText], _ hash: Int64, _ number: Int) -> SQL {
        let heaviest = schema.heaviest
        let length = zip(schema.texts, words).reduce(0) { $0 + (heaviest.contains($1.0) ? $1.1.words.count : 0) }
        return "UPDATE \(raw: documents) SET text_hash = \(hash), length = \(length) WHERE number = \(number)"
    }

    private func number(of id: Identifier, in tx: ReadTransaction) async throws -> Int? {
        try await tx.system.first("SELECT number FROM \(raw: documents) WHERE id = \(id)")
    }

    /// Adds a document without its text and tags; nil where there is one with its id.
    private func insert(_ document: SearchDocument, _ hash: Int64, in tx: Transaction) async throws -> Int? {
        let names = schema.attributes.map { ", " + $0.column }.joined()
        let values = schema.attributes.map { ", \(document.fields[$0.name].columnValue)" as SQL }.joined(by: "")
        return try await tx.system.first(
            """
            INSERT INTO \(raw: documents) (id, stored, length, text_hash\(raw: names))
            VALUES (\(document.id), \(document.stored as String?), 0, \(hash)\(values))
            ON CONFLICT (id) DO NOTHING RETURNING number
            """
        )
    }

    /// Changes all of a document but its text and tags; its number and the hash of its text, or nil where there is no such
    /// document.
    private func update(_ document: SearchDocument, in tx: Transaction) async throws -> (Int, Int64)? {
        let assignments = schema.attributes
            .map { ", \(raw: $0.column) = \(document.fields[$0.name].columnValue)" as SQL }.joined(by: "")
        return try await tx.system.rows(
            """
            UPDATE \(raw: documents) SET stored = \(document.stored as String?)\(assignments)
            WHERE id = \(document.id) RETURNING number, text_hash
            """
        ) { row in (try row.get(0, as: Int.self), try row.get(1, as: Int64.self)) }.first
    }

    // MARK: Tags

    private func tags(_ document: SearchDocument, _ field: SearchField) -> Set<String> {
        Set(document.fields[field.name]?.tags ?? [])
    }

    /// What makes the stored tags of a field those of a document.
    private func changedTags(
        _ document: SearchDocument,
        _ field: SearchField,
        _ number: Int,
        in tx: Transaction
    ) async throws -> [SQL] {
        let old = Set(
            try await tx.system.all(
                "SELECT tag FROM \(raw: tags) WHERE number = \(number) AND field = \(field.name)",
                as: String.self
            )
        )
        let new = tags(document, field)
        return old.subtracting(new).map { removing($0, field, number) }
            + new.subtracting(old).map { adding($0, field, number) }
    }

    /// Adds and removes tags of one document.
    func updateTags(
        _ name: String,
        of id: Identifier,
        _ added: [String],
        _ removed: [String],
        in tx: Transaction
    ) async throws {
        guard let field = schema[name], let number = try await number(of: id, in: tx) else { return }
        for tag in Set(added) { try await tx.system.enqueue(adding(tag, field, number)) }
        for tag in Set(removed) { try await tx.system.enqueue(removing(tag, field, number)) }
    }

    private func adding(_ tag: String, _ field: SearchField, _ number: Int) -> SQL {
        """
        INSERT INTO \(raw: tags) (number, field, tag) VALUES (\(number), \(field.name), \(tag))
        ON CONFLICT DO NOTHING
        """
    }

    private func removing(_ tag: String, _ field: SearchField, _ number: Int) -> SQL {
        "DELETE FROM \(raw: tags) WHERE number = \(number) AND field = \(field.name) AND tag = \(tag)"
    }

    /// Takes a document out.
    func remove(_ id: Identifier, in tx: Transaction) async throws {
        guard let number = try await number(of: id, in: tx) else { return }
        if let text { try await tx.system.enqueue(text.removal(number)) }
        try await tx.system.enqueue("DELETE FROM \(raw: tags) WHERE number = \(number)")
        try await tx.system.enqueue("DELETE FROM \(raw: documents) WHERE number = \(number)")
    }
}

extension SearchField {
    /// The field's column. A prefix keeps it apart from the tables' own columns and from reserved words.
    var column: String { "f_" + name }
}

extension SearchValue {
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
    fileprivate var tags: [String] { if case .list(let tags) = self { tags } else { [] } }
    fileprivate var number: Double? { if case .number(let number) = self { number } else { nil } }
}

extension SearchValue? {
    /// What a column of a keyword or number holds.
    fileprivate var columnValue: SearchColumnValue { SearchColumnValue(text: self?.text, number: self?.number) }
}

/// A text, a number or nothing, as a column holds it.
struct SearchColumnValue: SQLConvertible {
    let text: String?
    let number: Double?

    init(text: String? = nil, number: Double? = nil) {
        self.text = text
        self.number = number
    }

    init(sqlValue: SQLValue) throws {
        switch sqlValue {
        case .text(let text): self.init(text: text)
        case .null: self.init()
        case .integer, .real, .bytes: self.init(number: try Double(sqlValue: sqlValue))
        }
    }

    var sqlValue: SQLValue { text.map { .text($0) } ?? number.map { .real($0) } ?? .null }
}
