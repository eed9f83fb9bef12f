public import PandoDatabase

/// A projection that fills a search index: it bears the index's name, and its generations are the index's.
///
/// ```swift
/// struct HotelSearch: SearchProjection {
///     let index = SearchIndex("hotels", [.text("name", weight: 3), .keyword("city")])
///     let events = EventSelection.events(of: Hotel.self)
///     func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
///         … try await index.put(document, to: tables, in: tx)
///     }
/// }
/// ```
public protocol SearchProjection: Projection {
    /// The index. Nothing else puts documents into it.
    var index: SearchIndex { get }
}

extension SearchProjection {
    /// The index's name.
    public var name: String { index.name }
    /// The index's version.
    public var version: Int { index.version }
    /// Makes the index's tables for a generation.
    public func prepare(_ tables: ProjectionTables, in tx: Transaction) async throws {
        try await index.prepare(tables.generation, in: tx)
    }
    /// Takes them away.
    public func discard(_ tables: ProjectionTables, in tx: Transaction) async throws {
        try await index.discard(tables.generation, in: tx)
    }
}
