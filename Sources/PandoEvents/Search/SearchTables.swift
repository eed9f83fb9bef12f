import PandoDatabase

/// The tables of one generation of an index, and the portable statements on them.
///
/// - `…_documents`: a row a document, with its keywords and numbers as columns;
/// - `…_tags`: a row a tag;
/// - `…_text`: the full-text table, which is all that an engine does in its own way (``FullText``).
struct SearchTables: Sendable {
    let schema: SearchSchema
    let documents: String
    let tags: String
    let text: FullText

    init(_ index: SearchIndex, _ generation: Int) {
        schema = index.schema
        let prefix = "pando_search_\(index.name)_\(generation)"
        documents = prefix + "_documents"
        tags = prefix + "_tags"
        text = FullText(table: prefix + "_text", columns: schema.texts.map(\.column))
    }

    /// Puts a document in, in place of the one with its id.
    func put(_ document: SearchDocument, in tx: Transaction) async throws {
        let texts = schema.texts.map { document.fields[$0.name]?.text ?? "" }
        // The text's own hash tells whether it changed: most puts change a price or a night, and the words are what
        // costs.
        let hash = Int64(bitPattern: texts.reduce(FNV1a.start) { FNV1a.hash("\($1.utf8.count) \($1)".utf8, from: $0) })
        if let (number, oldHash) = try await find(document.id, in: tx) {
            guard oldHash != hash else { return try await update(document, number, in: tx) }
            let words = texts.map(IndexText.init)
            try await text.replace(number, words, in: tx)
            try await update(document, number, in: tx)
            try await tx.system.execute(
                """
                UPDATE \(raw: documents) SET text_hash = \(hash), length = \(length(words)) WHERE number = \(number)
                """
            )
        } else {
            let words = texts.map(IndexText.init)
            let number = try await insert(document, hash, length: length(words), in: tx)
            try await text.insert(number, words, in: tx)
        }
    }

    /// Number of words in the heaviest texts, which breaks ties of relevance.
    private func length(_ words: [IndexText]) -> Int {
        let heaviest = schema.heaviest
        return zip(schema.texts, words).reduce(0) { $0 + (heaviest.contains($1.0) ? $1.1.words.count : 0) }
    }

    private func find(_ id: Identifier, in tx: ReadTransaction) async throws -> (Int, Int64)? {
        try await tx.system.rows("SELECT number, text_hash FROM \(raw: documents) WHERE id = \(id)") { row in
            (try row.get(0, as: Int.self), try row.get(1, as: Int64.self))
        }.first
    }

    private func insert(_ document: SearchDocument, _ hash: Int64, length: Int, in tx: Transaction) async throws -> Int
    {
        let number =
            try await tx.system.first("SELECT coalesce(max(number), 0) + 1 FROM \(raw: documents)", as: Int.self) ?? 1
        let names = schema.attributes.map { ", " + $0.column }.joined()
        let values = schema.attributes.map { ", \(document.fields[$0.name].columnValue)" as SQL }.joined(by: "")
        try await tx.system.execute(
            """
            INSERT INTO \(raw: documents) (number, id, stored, length, text_hash\(raw: names))
            VALUES (\(number), \(document.id), \(document.stored as String?), \(length), \(hash)\(values))
            """
        )
        for field in schema.tags {
            for tag in Set(document.fields[field.name]?.tags ?? []) { try await addTag(tag, field, number, in: tx) }
        }
        return number
    }

    private func update(_ document: SearchDocument, _ number: Int, in tx: Transaction) async throws {
        let assignments = schema.attributes
            .map { ", \(raw: $0.column) = \(document.fields[$0.name].columnValue)" as SQL }.joined(by: "")
        try await tx.system.execute(
            "UPDATE \(raw: documents) SET stored = \(document.stored as String?)\(assignments) WHERE number = \(number)"
        )
        for field in schema.tags {
            let old = Set(
                try await tx.system.all(
                    "SELECT tag FROM \(raw: tags) WHERE number = \(number) AND field = \(field.name)",
                    as: String.self
                )
            )
            let new = Set(document.fields[field.name]?.tags ?? [])
            for tag in old.subtracting(new) { try await removeTag(tag, field, number, in: tx) }
            for tag in new.subtracting(old) { try await addTag(tag, field, number, in: tx) }
        }
    }

    /// Adds and removes tags of one document.
    func updateTags(
        _ name: String,
        of id: Identifier,
        _ adding: [String],
        _ removing: [String],
        in tx: Transaction
    ) async throws {
        guard let field = schema[name], let (number, _) = try await find(id, in: tx) else { return }
        for tag in Set(adding) { try await addTag(tag, field, number, in: tx) }
        for tag in Set(removing) { try await removeTag(tag, field, number, in: tx) }
    }

    private func addTag(_ tag: String, _ field: SearchField, _ number: Int, in tx: Transaction) async throws {
        try await tx.system.execute(
            """
            INSERT INTO \(raw: tags) (number, field, tag) VALUES (\(number), \(field.name), \(tag))
            ON CONFLICT DO NOTHING
            """
        )
    }

    private func removeTag(_ tag: String, _ field: SearchField, _ number: Int, in tx: Transaction) async throws {
        try await tx.system.execute(
            "DELETE FROM \(raw: tags) WHERE number = \(number) AND field = \(field.name) AND tag = \(tag)"
        )
    }

    /// Takes a document out.
    func remove(_ id: Identifier, in tx: Transaction) async throws {
        guard let (number, _) = try await find(id, in: tx) else { return }
        try await text.remove(number, in: tx)
        try await tx.system.execute("DELETE FROM \(raw: tags) WHERE number = \(number)")
        try await tx.system.execute("DELETE FROM \(raw: documents) WHERE number = \(number)")
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
