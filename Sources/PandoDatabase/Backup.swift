import Dispatch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Database {
    /// How far a backup or restore is.
    public struct CopyProgress: Sendable {
        /// Pages copied so far.
        public let pages: Int
        /// Pages in all.
        public let total: Int
    }

    /// Writes a consistent copy of the database to a file, while reads and writes go on.
    ///
    /// The copy is of one moment, is checked before it gets its name, and is on disk when this returns. It is an ordinary
    /// database file. The write-ahead log cannot shrink meanwhile.
    ///
    /// - Parameters:
    ///   - path: The new file; its folder must exist and the file must not.
    ///   - progress: Called about every thousand pages, on a thread of the backup's own.
    /// - Throws: ``DatabaseError``: `misused` where the file exists, `full`, `inputOutput`; `corrupt` where the copy does not
    ///   pass its check. No file is left behind then.
    public func backup(to path: String, progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }) async throws {
        guard case .file(let source) = (engine as? SQLiteCore)?.configuration.location else {
            throw DatabaseError(.misused, "\(engine.name) is backed up by the command 'backup', not by copying a file")
        }
        try await onThread {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw DatabaseError(.misused, "\(path) exists already: a backup replaces nothing")
            }
            let partial = path + ".partial"
            try removeDatabase(partial)
            do {
                try DatabaseFile.copy(from: source, to: partial, progress: progress)
                try DatabaseFile.check(partial)
                try DurableFile.rename(partial, to: path)
            } catch {
                try? removeDatabase(partial)  // The first error is the one to tell.
                throw error
            }
        }
    }

    /// Puts a backup in the place of a database that nobody has open.
    ///
    /// The backup is checked first. What was in the place is kept beside it, under the name with `.replaced-` and the time
    /// appended. The restored database begins a new timeline, so that positions from before are known to be older.
    ///
    /// - Parameters:
    ///   - backup: A file that ``backup(to:progress:)`` wrote.
    ///   - path: The database's file.
    ///   - domains: The names of the program's domains: a backup that has the tables of others only is another program's.
    ///     Not looked at where it is empty.
    ///   - progress: Called about every thousand pages, on a thread of the restore's own.
    /// - Returns: where the replaced database is, if there was one.
    /// - Throws: ``DatabaseError``: `corrupt` where the backup is damaged or no Pando database, `schemaMismatch` where it is
    ///   another program's, `busy` where the database is open in some process, `full`, `inputOutput`. The database is
    ///   untouched then.
    @discardableResult
    public static func restore(
        from backup: String,
        to path: String,
        domains: [String] = [],
        progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws -> String? {
        try await onThread {
            guard FileManager.default.fileExists(atPath: backup) else {
                throw DatabaseError(.inputOutput, "there is no file \(backup)")
            }
            try DatabaseFile.check(backup)
            try require(domains, among: DatabaseFile.domains(of: backup), of: backup)
            let lock = try FileLock(path + ".lock", .exclusive) { _ in
                "the database \(path) is open in a running process: stop it first"
            }
            defer { lock.release() }
            let partial = path + ".partial"
            try removeDatabase(partial)
            do {
                try DatabaseFile.copy(from: backup, to: partial, progress: progress)
                try DatabaseFile.beginTimeline(
                    partial,
                    after: FileManager.default.fileExists(atPath: path) ? path : nil
                )
                let replaced = try DatabaseFile.setAside(path)
                try DurableFile.rename(partial, to: path)
                return replaced
            } catch {
                try? removeDatabase(partial)  // The first error is the one to tell.
                throw error
            }
        }
    }

    /// Refuses a database that another program made: one that has domains, and none of this program's.
    ///
    /// - Throws: ``DatabaseError`` with code `schemaMismatch`.
    package static func require(_ domains: [String], among found: [String], of path: String) throws(DatabaseError) {
        guard !domains.isEmpty, !found.isEmpty, Set(found).isDisjoint(with: domains) else { return }
        throw DatabaseError(
            .schemaMismatch,
            "\(path) is another program's: it has the tables of \(found.joined(separator: ", ")), "
                + "this program those of \(domains.joined(separator: ", "))"
        )
    }

    /// Refuses the database where another program made it.
    ///
    /// - Parameter domains: The names of this program's domains.
    /// - Throws: ``DatabaseError`` with code `schemaMismatch`.
    package func requireDomains(_ domains: [String]) async throws {
        try Self.require(domains, among: try await engine.domains(), of: engine.name)
    }

    /// Claims the database for a process that serves from it, until it is closed: caches and sessions that live in a process
    /// are right only where it is the one.
    ///
    /// - Throws: ``DatabaseError`` with code `busy` where another one does, naming its process.
    package func reserveForServing() throws(DatabaseError) {
        try engine.reserveForServing()
    }

    /// Whether a server can be reached, lets the program in and is one that Pando can use. Changes nothing.
    ///
    /// - Throws: ``DatabaseError``: `unavailable`, `accessDenied`, `schemaMismatch`.
    public static func check(_ server: PostgresServer) async throws {
        try await onThread { _ = try PostgresSession(server, limits: [:]) }
    }

    /// Runs statements of the administrator's on a server, outside of a transaction: such as making a copy of a database.
    package static func administer(_ server: PostgresServer, _ sql: String) async throws {
        try await onThread { try PostgresSession(server, limits: [:]).run(sql) }
    }

    /// Reads every page of a database file and checks it: `PRAGMA integrity_check`. It may take a minute for gigabytes.
    ///
    /// - Throws: ``DatabaseError`` with code `corrupt` and what SQLite found.
    public static func check(_ path: String) async throws {
        try await onThread { try DatabaseFile.check(path) }
    }
}

/// Runs blocking work on a thread that is not one of the cooperative pool.
package func onThread<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "pando-files").async { continuation.resume(with: Result(catching: work)) }
    }
}

/// Removes a database file with its companions.
private func removeDatabase(_ path: String) throws {
    for suffix in ["", "-wal", "-shm", "-journal"] where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.removeItem(atPath: path + suffix)
    }
}
