import Foundation
public import PandoDatabase

/// Everything that one test's service keeps: a folder, and a database on the engine that the suite runs on.
///
/// ``withService(_:data:copies:logger:configure:_:)`` makes and removes it where a test does not care. A test that does runs the
/// service twice on the same data, or takes a copy of data that was made once:
///
/// ```swift
/// let seeded = try await TestData.make()
/// try await withService(Hotel(), data: seeded) { _ in }  // migrates and seeds
/// let data = try await seeded.copy()
/// ```
public struct TestData: Sendable {
    /// The folder of everything that the app keeps: `NodeConfiguration.dataFolder`.
    public let folder: String
    /// Where the database is: a file of SQLite in the folder, or a database of the folder's name on the server.
    public let database: Database.Configuration.Location

    /// The server, to make and remove databases on; nil where the suite runs on SQLite.
    private let server: PostgresServer?
    private let name: String

    private init() throws {
        name = "pando-test-\(Identifier())"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        self.folder = folder
        server = try TestServer.current()
        database =
            server.map { [name] server in
                var own = server
                own.database = name
                return .postgres(own)
            } ?? .file("\(folder)/test.sqlite")
    }

    /// Makes an empty folder and an empty database. Whoever makes it removes it.
    ///
    /// - Throws: `DatabaseError` where the server cannot be reached or its user may make no databases.
    public static func make() async throws -> TestData {
        let data = try TestData()
        try FileManager.default.createDirectory(atPath: data.folder, withIntermediateDirectories: true)
        try await data.administer("CREATE DATABASE \"\(data.name)\" TEMPLATE template0")
        return data
    }

    /// Copies the folder and the database, which nobody may be using.
    ///
    /// - Throws: as ``make()``, also where somebody uses the database.
    public func copy() async throws -> TestData {
        let copy = try TestData()
        try FileManager.default.copyItem(atPath: folder, toPath: copy.folder)
        try await copy.administer("CREATE DATABASE \"\(copy.name)\" TEMPLATE \"\(name)\"")
        return copy
    }

    /// Removes the folder and the database.
    ///
    /// - Throws: what removing ended in; the other of the two is removed nevertheless.
    public func remove() async throws {
        let dropped: Result<Void, any Error>
        do {
            dropped = .success(try await drop())
        } catch {
            dropped = .failure(error)
        }
        try FileManager.default.removeItem(atPath: folder)
        try dropped.get()
    }

    /// Again where it fails: autovacuum, which changes the database's entry at any moment, may have been in the way.
    private func drop() async throws {
        let statement = "DROP DATABASE IF EXISTS \"\(name)\" WITH (FORCE)"
        for _ in 1...3 {
            do {
                return try await administer(statement)
            } catch {
                try? await Task.sleep(for: .milliseconds(100))  // cancelled: the next attempt comes at once
            }
        }
        try await administer(statement)
    }

    private func administer(_ sql: String) async throws {
        guard let server else { return }
        try await Database.administer(server, sql)
    }
}
