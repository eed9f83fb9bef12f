/// Where a PostgreSQL server is, who asks, and how much of it a process may take.
///
/// ```swift
/// var server = PostgresServer(host: "db.internal", database: "hotel", user: "hotel")
/// server.password = secret
/// let database = try await Database.open(Database.Configuration(postgres: server))
/// ```
///
/// PostgreSQL 14 or newer, with a database in UTF-8. Its `deadlock_timeout`, which only an administrator may set, should be well
/// below `transactionLimit` (`ALTER SYSTEM SET deadlock_timeout = '250ms'`): then one of two transactions that wait for each
/// other begins anew; else one of them runs past its limit.
public struct PostgresServer: Sendable {
    /// How the connection is protected.
    public enum TLS: String, Sendable, CaseIterable {
        /// Encrypted, and the server's certificate names its host and is signed by a trusted authority.
        case verifyFull = "verify-full"
        /// Encrypted, and the certificate is signed by a trusted authority.
        case verifyCA = "verify-ca"
        /// Encrypted; anybody could be at the other end.
        case require
        /// In the clear: for the loopback interface and for private test servers.
        case disable
    }

    /// A name, an address, or the folder of a Unix socket, which begins with a slash and is never encrypted.
    public var host: String
    /// The port, also of a Unix socket.
    public var port: Int
    /// The database, which must exist.
    public var database: String
    /// Who asks.
    public var user: String
    /// The user's password; nil where the server asks for none, or a certificate is enough. Never logged.
    public var password: String?
    /// The protection of TCP connections.
    public var tls = TLS.verifyFull
    /// A file with the certificates of trusted authorities; nil for the system's.
    public var rootCertificate: String?
    /// A file with the client's certificate, and one with its key, where the server wants them.
    public var clientCertificate: (certificate: String, key: String)?
    /// The schema that holds all tables; made where it does not exist.
    public var schema = "public"
    /// Connections at one time, 1 to 1,000; further users wait.
    public var maximumConnections = 16
    /// Users that wait for a connection; a further one fails with code `busy`.
    public var maximumWaiting = 4096
    /// How long a user waits for a connection before it fails.
    public var patience: Duration = .seconds(5)
    /// How long a connection is used, give or take a tenth, before another takes its place.
    public var maximumAge: Duration = .seconds(1800)
    /// How long opening a connection may take; whole seconds, at least 2.
    public var connectTimeout: Duration = .seconds(5)

    /// Names a server.
    public init(host: String, port: Int = 5432, database: String, user: String) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
    }

    /// The server as messages name it: without the password.
    var name: String {
        host.hasPrefix("/") ? "\(database) at the socket \(host)/.s.PGSQL.\(port)" : "\(database) at \(host):\(port)"
    }
}
