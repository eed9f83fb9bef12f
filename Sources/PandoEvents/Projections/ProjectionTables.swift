public import PandoDatabase

/// The tables of one generation of a projection: what its names stand for.
public struct ProjectionTables: Sendable, Hashable {
    /// The projection's name.
    public let projection: String
    /// The number of the generation, from 1. Odd ones use the tables `_a`, even ones `_b`.
    public let generation: Int
    private let names: Set<String>

    init(projection: String, generation: Int, names: some Sequence<String>) {
        self.projection = projection
        self.generation = generation
        self.names = Set(names)
    }

    init(_ projection: some Projection, generation: Int) {
        self.init(projection: projection.name, generation: generation, names: projection.tables)
    }

    /// The name that `table` has in this generation, to be put into statements by `\(raw:)`.
    ///
    /// Asking for a table that the projection does not declare is a programmer's mistake and stops the program.
    public subscript(table: String) -> String {
        precondition(names.contains(table), "projection \(projection) declares no table \"\(table)\"")
        return table + suffix
    }

    /// The tables to read: those of the live generation, as this transaction sees it.
    ///
    /// Good in this transaction only; the next one may see another generation.
    /// - Throws: ``EventsError`` with `projectionNotReady` before the projection was complete for the first time, or
    ///   while the live tables are those of an older version that filled other tables.
    public static func live(_ projection: some Projection, in tx: ReadTransaction) async throws -> ProjectionTables {
        let record = try await ProjectionRegistry.live(projection.name, shape: projection.shape, in: tx)
        return ProjectionTables(projection, generation: record.generation)
    }

    /// What the tables of this generation end in.
    var suffix: String { generation % 2 == 1 ? "_a" : "_b" }
}
