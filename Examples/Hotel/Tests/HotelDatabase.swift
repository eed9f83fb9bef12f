import Foundation
import PandoDatabase

/// Where the database of a test's data folder is: in the folder, or a database of the same name on the PostgreSQL server that
/// `PANDO_TEST_DATABASE` has the address of.
enum HotelDatabase {
    /// The server, with the database that belongs to a folder; nil where the tests run on SQLite.
    private static func server(_ folder: String) throws -> PostgresServer? {
        guard let address = ProcessInfo.processInfo.environment["PANDO_TEST_DATABASE"], !address.isEmpty else {
            return nil
        }
        var server = try PostgresServer(address: address)
        server.database = name(folder)
        return server
    }

    private static func name(_ folder: String) -> String { (folder as NSString).lastPathComponent }

    /// Where the node of a folder keeps its data.
    static func location(_ folder: String) throws -> Database.Configuration.Location? {
        try server(folder).map { .postgres($0) }
    }

    /// Makes an empty database for a folder.
    static func make(_ folder: String) async throws {
        try await administer("CREATE DATABASE \"\(name(folder))\" TEMPLATE template0")
    }

    /// Copies the database of one folder, which nobody uses, for another.
    static func copy(_ source: String, to folder: String) async throws {
        try await administer("CREATE DATABASE \"\(name(folder))\" TEMPLATE \"\(name(source))\"")
    }

    private static func administer(_ sql: String) async throws {
        guard let address = ProcessInfo.processInfo.environment["PANDO_TEST_DATABASE"], !address.isEmpty else { return }
        try await Database.administer(try PostgresServer(address: address), sql)
    }
}
