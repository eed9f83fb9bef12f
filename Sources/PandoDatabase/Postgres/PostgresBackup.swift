import Synchronization

/// A database on a server while it is backed up: it says what the copy will be of, and keeps restores away.
package final class PostgresBackup: Sendable {
    private let server: PostgresServer
    private let session: Mutex<PostgresSession>
    private let domains: [String]
    private let tables: Int
    /// The server's version, such as 150018 for 15.18.
    package let serverVersion: Int

    /// Connects to the database.
    ///
    /// - Throws: ``DatabaseError``: `misused` where no app has made its tables there; `busy` while it is being restored;
    ///   `unavailable`, `accessDenied`.
    package static func open(_ server: PostgresServer) async throws -> PostgresBackup {
        try await onThread { try PostgresBackup(server) }
    }

    private init(_ server: PostgresServer) throws(DatabaseError) {
        // The connection is idle while the copy is made, which may take hours.
        let session = try PostgresSession(server, limits: ["idle_session_timeout": "0"])
        let schema = server.schema.quotedIdentifier
        guard try session.hasTable("pando_migrations") else {
            throw DatabaseError(.misused, "there is no database of an app in \(server.name), schema \(server.schema)")
        }
        try session.beginUse()
        self.server = server
        domains = try session.domains()
        tables = Int(
            try session.integer(
                "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                    + "to_regnamespace(\(schema.quotedLiteral))"
            )
        )
        serverVersion = session.version
        self.session = Mutex(session)
    }

    /// How many tables will be copied.
    package var tableCount: Int { tables }

    /// Makes the empty file that the archive is written to, for its owner's eyes only.
    package static func makePrivate(_ path: String) { DurableFile.makePrivate(path) }

    /// What a copy that is complete now is of.
    package func seal() async throws -> BackupSeal {
        try await onThread { [self] in try session.withLock { session in try seal(session) } }
    }

    private func seal(_ session: PostgresSession) throws(DatabaseError) -> BackupSeal {
        let cluster = try session.cluster()
        let origin = try session.origin() ?? PostgresOrigin()
        // The end of the snapshot: the first number that nobody has yet.
        var next =
            try session.integer("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint") + origin.transaction
        // A database that was brought here by hand, and that no app has opened since.
        if origin.cluster != cluster || cluster == 0 { next = max(next, try session.highestTransaction() + 1) }
        return BackupSeal(
            domains: domains,
            schema: server.schema,
            tables: tables,
            serverVersion: serverVersion,
            incarnation: origin.incarnation,
            transaction: origin.transaction,
            cluster: cluster,
            nextTransaction: next
        )
    }
}
