import Foundation
import PandoConductor
import PandoDatabase

/// Restores a database on PostgreSQL.
struct ServerRestore: Sendable {
    let backup: String
    let server: PostgresServer

    /// Reads all of a backup before anything else is done.
    ///
    /// - Throws: ``CommandFailure`` where it is damaged or none, `DatabaseError` with code `schemaMismatch` where it is another
    ///   program's.
    static func check(_ backup: String, _ domains: [String]) async throws -> BackupSeal {
        let seal = try await onThread { try BackupSeal.check(backup) }
        try Database.require(domains, among: seal.domains, of: backup)
        return seal
    }

    /// Puts the backup in the place of the database.
    ///
    /// - Returns: what keeps the replaced database, if there was one.
    func run(_ seal: BackupSeal, progress: Progress) async throws -> String? {
        let archiver = try await PostgresArchiver.find()
        let restore = try await PostgresRestore.begin(seal, on: server)
        do {
            try await fill(restore, seal, archiver, progress)
        } catch {
            // A statement that was stopped says so in the server's words.
            try Task.checkCancellation()
            throw error
        }
        try Task.checkCancellation()
        try await restore.commit()
        return restore.replaced.map { "schema \($0)" }
    }

    private func fill(
        _ restore: PostgresRestore,
        _ seal: BackupSeal,
        _ archiver: PostgresArchiver,
        _ progress: Progress
    ) async throws {
        let count = TableCount(of: seal.tables, progress)
        try await restore.runDefinitions(try await script(.tables, seal, archiver))
        try await reading(.rows, seal, archiver) { descriptor in
            try await restore.runRows(from: descriptor) { count.add() }
        }
        progress.update("", doing: "making indexes")
        try await restore.runDefinitions(try await script(.indexes, seal, archiver))
    }

    /// A part of the archive that fits into memory.
    private func script(
        _ section: PostgresArchiver.Section,
        _ seal: BackupSeal,
        _ archiver: PostgresArchiver
    ) async throws -> String {
        try await reading(section, seal, archiver) { descriptor in
            let bytes = try await onThread {
                try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Lends the reading end of a pipe into which a part of the archive is written.
    ///
    /// - Throws: what the program that writes throws, even where the reader was content: it may have seen half of it.
    private func reading<R: Sendable>(
        _ section: PostgresArchiver.Section,
        _ seal: BackupSeal,
        _ archiver: PostgresArchiver,
        _ body: (Int32) async throws -> R
    ) async throws -> R {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw CommandFailure(.failed, "no pipe can be made: \(String(cString: strerror(errno)))")
        }
        let (reading, writing) = (ends[0], ends[1])
        // Not for the program: it would wait for the end of what it holds open itself.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        async let written: Void = archiver.write(section, of: backup, schema: seal.schema, to: writing)
        let result: Result<R, any Error>
        do { result = .success(try await body(reading)) } catch { result = .failure(error) }
        // A writer that is still at it ends now.
        close(reading)
        do { try await written } catch {
            // What the reader could not do is why the writer was broken off.
            throw result.failure ?? error
        }
        return try result.get()
    }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
