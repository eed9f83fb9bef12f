#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Database {
    /// Where a database is and how much it may take.
    public struct Configuration: Sendable {
        /// Where the data is.
        public enum Location: Sendable {
            /// A file of SQLite; its folder must exist. SQLite keeps `-wal` and `-shm` files beside it.
            case file(String)
            /// A PostgreSQL server.
            case postgres(PostgresServer)
        }

        /// Where the data is.
        public var location: Location
        /// Reads in progress at one time; a further one waits. 1 to 1,000.
        public var maximumReaders = 16
        /// Writes that wait for the writer; a further one fails with code `busy`.
        public var maximumPendingWrites = 8192
        /// How long a write's closure may take, statements and waits together, once it has its turn.
        public var transactionLimit: Duration = .seconds(1)
        /// How long a read's closure may take.
        public var readLimit: Duration = .seconds(10)
        /// How long a read waits for a free reader.
        public var readerPatience: Duration = .seconds(5)

        /// A database that is somewhere.
        public init(_ location: Location) {
            self.location = location
        }

        /// A database in a file of SQLite.
        public init(path: String) {
            location = .file(path)
        }

        /// A database on a PostgreSQL server.
        public init(postgres server: PostgresServer) {
            location = .postgres(server)
        }

        /// A database of its own for a test; nobody removes it.
        ///
        /// A file in a new folder below the system's temporary one; or, where the environment variable `PANDO_TEST_DATABASE`
        /// has the address of a PostgreSQL server, a new schema there, so that the same tests run on either engine.
        public static func temporary() throws -> Configuration {
            if var server = try TestServer.current() {
                server.schema = "test_\(Identifier())"
                return Configuration(postgres: server)
            }
            return Configuration(path: try temporaryPath())
        }

        /// The path for a file of SQLite in a new folder below the system's temporary one, for tests of what only a file has;
        /// nobody removes it.
        public static func temporaryPath() throws -> String {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-\(Identifier())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return folder.appendingPathComponent("test.sqlite").path
        }

        /// The file of SQLite; nil for a database on a server.
        public var path: String? {
            if case .file(let path) = location { path } else { nil }
        }
    }
}
