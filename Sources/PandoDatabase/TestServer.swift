#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The PostgreSQL server that tests run on at the moment. Whoever runs them says so in the environment; without a word they
/// run on SQLite.
package enum TestServer {
    /// The environment variable with the server's address, in the form of PostgreSQL's own tools.
    package static let variable = "PANDO_TEST_DATABASE"

    /// The server; nil where tests run on SQLite.
    ///
    /// - Throws: ``DatabaseError`` with code `misused` where the address is none.
    package static func current() throws(DatabaseError) -> PostgresServer? {
        guard let address = ProcessInfo.processInfo.environment[variable], !address.isEmpty else { return nil }
        return try PostgresServer(address: address)
    }
}
