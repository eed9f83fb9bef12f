public import PandoDatabase

/// Finds documents by text in Korean, Japanese, Latin and other scripts, by filters, in a stable order.
///
/// ```swift
/// let hotels = SearchIndex("hotels", [.text("name", weight: 3), .text("about"), .keyword("city"), .number("price")])
///
/// try await hotels.put(SearchDocument(id, ["name": "신라호텔 Shilla", "city": "Seoul", "price": 320_000]), in: tx)
/// let page = try await hotels.search(SearchQuery("호텔", filters: [.equals("city", "Seoul")]), in: tx)
/// ```
///
/// What a text is found by: any part of a Korean, Japanese or Chinese word, from one letter on; the beginning of every
/// word of other scripts; a Korean word with particles by the word without. Case, diacritics, full and half width, and
/// katakana or hiragana make no difference. All words of a query must be found, in any of the texts.
///
/// An index is a read model and belongs to the domain that declares it. Its tables are Pando's own (`pando_search_…`),
/// reached only through this type; each generation has tables of its own. Either the domain puts documents, in the
/// transaction that changes what they say, or a ``SearchProjection`` puts them from events. A ``ReadModel`` in
/// ``Projections`` makes it readable.
public struct SearchIndex: Sendable {
    /// Finds the documents of an index again, for a rebuild: up to `limit` whose ids are greater than `after`, by
    /// rising id; none when there are no more.
    public typealias Source =
        @Sendable (_ after: Identifier?, _ limit: Int, _ tx: Transaction) async throws -> [SearchDocument]

    /// The name at rest, unique in the app.
    public let name: String
    /// The version of what the documents say, from 1. Raised, it makes the next start rebuild the index behind the live
    /// one.
    public let version: Int
    let schema: SearchSchema

    /// Declares an index.
    /// - Parameters:
    ///   - name: 1 to 40 of `a` to `z`, `0` to `9` and `_`, a letter first.
    ///   - fields: 1 to 32, each under its own name. A change to them makes the next start rebuild the index.
    ///   - version: see ``version``.
    public init(_ name: String, _ fields: [SearchField], version: Int = 1) {
        ReadModel.checkName(name)
        precondition(version >= 1, "index \(name) needs a version of at least 1")
        self.name = name
        self.version = version
        schema = SearchSchema(index: name, fields)
    }

    /// What readers and writers of the stored tables must agree on.
    var shape: String { "index " + schema.shape }

    /// Puts a document in, in place of the one with its id. Costs little where only filters or tags have changed.
    ///
    /// While the index is being rebuilt the document goes into both generations. That holds in transactions that are
    /// serializable, as all are that do not ask for less.
    /// - Throws: ``EventsError`` with `invalidDocument`, or `projectionNotReady` before the index was prepared.
    public func put(_ document: SearchDocument, in tx: Transaction) async throws {
        try document.validate(schema, index: name)
        for generation in try await writableGenerations(in: tx) {
            try await SearchTables(self, generation, on: tx.engine).put(document, in: tx)
        }
    }

    /// Puts a document into one generation: for ``SearchProjection``.
    /// - Throws: ``EventsError`` with `invalidDocument`.
    public func put(_ document: SearchDocument, to tables: ProjectionTables, in tx: Transaction) async throws {
        try await put(document, to: tables.generation, in: tx)
    }

    func put(_ document: SearchDocument, to generation: Int, in tx: Transaction) async throws {
        try document.validate(schema, index: name)
        try await SearchTables(self, generation, on: tx.engine).put(document, in: tx)
    }

    /// Takes a document out; nothing happens if there is none.
    /// - Throws: ``EventsError`` with `projectionNotReady` before the index was prepared.
    public func remove(_ id: Identifier, in tx: Transaction) async throws {
        for generation in try await writableGenerations(in: tx) {
            try await SearchTables(self, generation, on: tx.engine).remove(id, in: tx)
        }
    }

    /// Takes a document out of one generation: for ``SearchProjection``.
    public func remove(_ id: Identifier, from tables: ProjectionTables, in tx: Transaction) async throws {
        try await SearchTables(self, tables.generation, on: tx.engine).remove(id, in: tx)
    }

    /// Adds and removes tags of a document without touching the rest of it; nothing happens if there is no such
    /// document.
    /// - Parameters:
    ///   - field: a tags field.
    ///   - id: the document's.
    ///   - adding: tags that it has afterwards.
    ///   - removing: tags that it does not have afterwards, even if they are added as well.
    ///   - tx: the transaction that changes what the tags say.
    /// - Throws: ``EventsError`` with `invalidDocument`, or `projectionNotReady` before the index was prepared.
    public func updateTags(
        _ field: String,
        of id: Identifier,
        adding: [String] = [],
        removing: [String] = [],
        in tx: Transaction
    ) async throws {
        try SearchDocument(id, [field: .list(adding + removing)]).validate(schema, index: name)
        for generation in try await writableGenerations(in: tx) {
            try await SearchTables(self, generation, on: tx.engine).updateTags(field, of: id, adding, removing, in: tx)
        }
    }

    /// Finds documents.
    ///
    /// Reads the generation that is live in this transaction. Work is in proportion to the documents that match; with a
    /// filter or sort by a declared keyword or number, and no text, to the page.
    /// - Throws: ``EventsError`` with `invalidQuery` or `invalidCursor`, which are the asker's mistakes, and
    ///   `projectionNotReady`.
    public func search(_ query: SearchQuery, in tx: ReadTransaction) async throws -> SearchPage {
        let plan = try SearchPlan(query, index: self)
        let live = try await ProjectionRegistry.live(name, shape: shape, in: tx)
        return try await SearchTables(self, live.generation, on: tx.engine).search(plan, in: tx)
    }

    /// The generations that a put must reach: those of this shape that are live or being built.
    private func writableGenerations(in tx: Transaction) async throws -> [Int] {
        let records = try await ProjectionRegistry.records(name, in: tx).filter { $0.state != .retired }
        guard !records.isEmpty else {
            throw EventsError(
                .projectionNotReady(name),
                "index \(name) has no tables yet; they are made when the app's projections are prepared"
            )
        }
        return records.filter { $0.shape == shape }.map(\.generation)
    }

    /// Makes the tables of a generation.
    func prepare(_ generation: Int, in tx: Transaction) async throws {
        try await SearchTables(self, generation, on: tx.engine).create(in: tx)
    }

    /// Makes the tables of a generation that was just filled quick to search.
    func settle(_ generation: Int, in tx: Transaction) async throws {
        try await SearchTables(self, generation, on: tx.engine).settle(in: tx)
    }

    /// Takes the tables of a generation away.
    func discard(_ generation: Int, in tx: Transaction) async throws {
        try await SearchTables(self, generation, on: tx.engine).drop(in: tx)
    }
}
