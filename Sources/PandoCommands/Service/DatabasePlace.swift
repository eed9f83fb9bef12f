import Foundation
package import Logging
import PandoConductor
package import PandoDatabase
import PandoTopology

/// Where the database of a service is.
package enum DatabasePlace: Sendable, CustomStringConvertible {
    /// A file of SQLite.
    case file(String)
    /// A private PostgreSQL, which is started in this folder by whoever needs it first.
    case local(folder: String)
    /// A PostgreSQL server at an address.
    case server(AddressedServer)

    /// The place that a topology names.
    ///
    /// - Parameter file: the topology's file, if it has one.
    /// - Throws: ``CommandFailure`` where the credentials of a server cannot be read.
    init(_ engine: DatabaseEngine, app: String, dataFolder: String, file: String?) throws(CommandFailure) {
        switch (engine.engine, engine.address) {
        case (.sqlite, _): self = .file(engine.path ?? "\(dataFolder)/\(app).sqlite")
        case (.postgresql, nil): self = .local(folder: "\(dataFolder)/postgres")
        case (.postgresql, let address?):
            let credentials = DatabaseCredentials(app: app)
            let server = try credentials.server(at: address)
            self = .server(AddressedServer(server: server, variables: "\(credentials.prefix)DATABASE_", file: file))
        }
    }

    /// The file of SQLite.
    package var path: String? { if case .file(let path) = self { path } else { nil } }

    package var description: String {
        switch self {
        case .file(let path): path
        case .local(let folder): "PostgreSQL in \(folder)"
        case .server(let place): "PostgreSQL, \(place.server.database) at \(place.server.host):\(place.server.port)"
        }
    }

    /// Whether there is something to look at; a server at an address is asked when it is used.
    package var exists: Bool {
        switch self {
        case .file(let path): FileManager.default.fileExists(atPath: path)
        case .local(let folder): FileManager.default.fileExists(atPath: folder + "/data")
        case .server: true
        }
    }

    /// Runs work while the database can be reached: a private server that does not run yet is started, and stopped at the end.
    ///
    /// - Parameter joins: Whether a private server of another process will do. It ends with that one: short commands may use it,
    ///   and a process that serves is refused beside it.
    package func serving<R: Sendable>(
        _ logger: Logger,
        joins: Bool = true,
        _ body: @escaping @Sendable (Database.Configuration.Location) async throws -> R
    ) async throws -> R {
        switch self {
        case .file(let path): return try await body(.file(path))
        case .server(let place):
            try await place.requireConnection()
            return try await body(.postgres(place.server))
        case .local(let folder):
            if joins, let running = LocalPostgres.running(in: folder) {
                return try await body(.postgres(Self.local(host: running.host, port: running.port)))
            }
            return try await LocalPostgres.run(LocalPostgres.Configuration(folder: folder), logger: logger) {
                postgres in
                try await body(.postgres(Self.local(host: postgres.host, port: postgres.port)))
            }
        }
    }

    private static func local(host: String, port: Int) -> PostgresServer {
        PostgresServer(host: host, port: port, database: LocalPostgres.role, user: LocalPostgres.role)
    }
}

/// What a service must know to get into a server's database, from the environment or a folder of secrets; never from the
/// topology, which is kept with the code.
///
/// | variable | file | meaning |
/// |---|---|---|
/// | `HOTEL_DATABASE_USER` | `database-user` | the role; the app's name without it |
/// | `HOTEL_DATABASE_PASSWORD` | `database-password` | its password; none without it |
/// | `HOTEL_DATABASE_NAME` | `database-name` | the database; the app's name without it |
/// | `HOTEL_DATABASE_TLS` | `database-tls` | `verify-full` without it, `verify-ca`, `require` or `disable` |
/// | `HOTEL_DATABASE_CA` | `database-ca` | a file with the authorities' certificates; the system's without it |
///
/// `HOTEL` stands for the app's name in capitals. The folder is that of `HOTEL_SECRETS`, or the one that systemd passes in
/// `CREDENTIALS_DIRECTORY`.
struct DatabaseCredentials {
    let app: String
    var environment = ProcessInfo.processInfo.environment

    var prefix: String { app.uppercased().replacingOccurrences(of: "-", with: "_") + "_" }

    func server(at address: Address) throws(CommandFailure) -> PostgresServer {
        var server = PostgresServer(
            host: address.host,
            port: address.port,
            database: try value("NAME") ?? app,
            user: try value("USER") ?? app
        )
        server.password = try value("PASSWORD")
        server.rootCertificate = try value("CA")
        if let text = try value("TLS") {
            guard let tls = PostgresServer.TLS(rawValue: text) else {
                let known = PostgresServer.TLS.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.badInput, "\(prefix)DATABASE_TLS is not one of \(known)")
            }
            server.tls = tls
        }
        return server
    }

    private func value(_ name: String) throws(CommandFailure) -> String? {
        if let value = environment["\(prefix)DATABASE_\(name)"], !value.isEmpty { return value }
        guard let folder = environment["\(prefix)SECRETS"] ?? environment["CREDENTIALS_DIRECTORY"] else { return nil }
        let path = "\(folder)/database-\(name.lowercased())"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(.badInput, "\(path) cannot be read", remedy: "let this user read it: it is a secret")
        }
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return value.isEmpty ? nil : value
    }
}
