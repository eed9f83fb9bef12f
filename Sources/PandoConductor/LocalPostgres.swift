public import Logging
import Synchronization

/// A private PostgreSQL server in a folder of its own, from the programs of the Debian package.
///
/// ```swift
/// try await LocalPostgres.run(.init(folder: "data/postgres"), logger: logger) { postgres in
///     // psql -h data/postgres/run -U pando pando
/// }
/// ```
///
/// The server is made, started, watched and stopped here, and no other instance of the machine is touched. It is reached by a Unix socket
/// that only this process's user and root can open, and on request by TCP on 127.0.0.1 with a generated password. As root it runs as user
/// `postgres`. It ends with this process, however that ends; where it dies before, it is started again.
///
/// The role of the app owns its database and may make others, and is no superuser: an injected statement reaches no file and no program.
public struct LocalPostgres: Sendable {
    /// What is run, where.
    public struct Configuration: Sendable {
        /// The folder of the server's files; made where it is missing.
        public var folder: String
        /// How many connections the server takes; more are refused.
        public var maximumConnections = 100
        /// Settings of `postgresql.conf` that win over Pando's.
        public var settings: [String: String] = [:]
        /// The port on 127.0.0.1; nil for the Unix socket alone.
        public var port: Int?
        /// How long a start may take, the recovery after a crash included; then it has failed.
        public var startTimeout: Duration = .seconds(300)
        /// How long the server gets to write out what it has in memory at its end; then it is broken off, and recovers at its next start.
        public var stopTimeout: Duration = .seconds(60)

        /// Makes a configuration.
        public init(folder: String) {
            self.folder = folder
        }
    }

    /// The role that no password lets in: only who may open the socket.
    static let superuser = "postgres"
    /// The app's role, and its database.
    public static let role = "pando"

    /// The folder of the socket: libpq's `host`.
    public let host: String
    /// The port, which is in the name of the socket too: libpq's `port`.
    public let port: Int
    /// The role of the app: libpq's `user`.
    public let user = Self.role
    /// The database of the app: libpq's `dbname`.
    public let database = Self.role
    /// The file with the password for TCP, as libpq's `passfile` takes it; only this process's user can read it.
    public let passwordFile: String
    /// A role that may do everything, through the socket alone: for replication and upkeep, not for an app.
    public let superuser = Self.superuser
    /// The server's main process as it is now: another one after it died and was started again.
    public var processID: Int32 { server.processID.load(ordering: .relaxed) }

    private let server: PostgresServer

    /// Runs `body` while a private PostgreSQL serves, and stops it at the end, also when `body` throws or is cancelled.
    ///
    /// A server that dies is started again and recovers what was committed; `body` sees its connections break. One that fails five times
    /// in a row, each time within ten seconds, is given up: `body` is cancelled.
    ///
    /// - Throws: ``ConductorError``, with the last lines of the server's log where it did not start or was given up; and what `body` throws.
    public static func run<R: Sendable>(
        _ configuration: Configuration,
        logger: Logger,
        _ body: @escaping @Sendable (LocalPostgres) async throws -> R
    ) async throws -> R {
        try await run(configuration, programs: PostgresInstallation.standardFolders(), logger: logger, body)
    }

    static func run<R: Sendable>(
        _ configuration: Configuration,
        programs: [String],
        logger: Logger,
        _ body: @escaping @Sendable (LocalPostgres) async throws -> R
    ) async throws -> R {
        let (folder, lock) = try await PostgresFolder.open(configuration)
        defer { lock.release() }
        defer { folder.removeOutsideSockets() }
        let version = try folder.dataVersion()
        let installation = try await PostgresInstallation.find(majorVersion: version, in: programs)
        if version == nil {
            try await ConductorError.wrapping(.startFailed, "cannot make a database in \(folder.path)") {
                try await folder.makeDatabase(installation)
            }
        }
        let server = PostgresServer(configuration, folder, installation, logger)
        let postgres = LocalPostgres(
            host: folder.sockets,
            port: folder.port,
            passwordFile: folder.passwordFile,
            server: server
        )
        return try await server.whileServing { try await body(postgres) }
    }

    private init(host: String, port: Int, passwordFile: String, server: PostgresServer) {
        self.host = host
        self.port = port
        self.passwordFile = passwordFile
        self.server = server
    }
}
