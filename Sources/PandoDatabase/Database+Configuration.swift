#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Database {
    /// Where a database is and how much it may take.
    public struct Configuration: Sendable {
        /// The file; its folder must exist. SQLite keeps `-wal` and `-shm` files beside it.
        public var path: String
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

        /// A database in a file.
        public init(path: String) {
            self.path = path
        }

        /// A database in a new folder below the system's temporary one, for tests; nobody removes it.
        public static func temporary() throws -> Configuration {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-\(Identifier())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return Configuration(path: folder.appendingPathComponent("test.sqlite").path)
        }
    }
}
