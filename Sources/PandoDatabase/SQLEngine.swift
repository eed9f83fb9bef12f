/// The SQL engines, for the few places of the building blocks where their SQL has to differ.
package enum SQLEngine: String, Sendable, CaseIterable {
    /// SQLite, in the program's own process.
    case sqlite
    /// A PostgreSQL server.
    case postgres
}
