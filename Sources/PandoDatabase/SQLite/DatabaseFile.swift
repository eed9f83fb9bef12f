import GRDBSQLite

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Blocking operations on whole SQLite files.
enum DatabaseFile {
    /// Copies all pages of one moment by SQLite's online backup (https://www.sqlite.org/backup.html).
    static func copy(
        from source: String,
        to target: String,
        progress: (Database.CopyProgress) -> Void
    ) throws(DatabaseError) {
        let from = try open(source)
        let to = try open(target, creating: true)
        // A read transaction keeps the source at one moment, so that writers never make the copy begin anew.
        try from.run(.begin)
        _ = try from.values("SELECT count(*) FROM sqlite_master")
        guard let backup = sqlite3_backup_init(to.raw, "main", from.raw, "main") else {
            throw SQLiteConnection.error(sqlite3_errcode(to.raw), to.raw, doing: "copying to \(target)")
        }
        var code = SQLITE_OK
        repeat {
            code = sqlite3_backup_step(backup, 1000)
            let total = Int(sqlite3_backup_pagecount(backup))
            progress(Database.CopyProgress(pages: total - Int(sqlite3_backup_remaining(backup)), total: total))
        } while code == SQLITE_OK
        sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else {
            throw SQLiteConnection.error(code, to.raw, doing: "copying \(source) to \(target)")
        }
        from.rollBack()
    }

    /// Checks every page and that the file is a Pando database.
    static func check(_ path: String) throws(DatabaseError) {
        let connection = try open(path)
        do throws(DatabaseError) {
            let findings = try connection.values("PRAGMA integrity_check(10)").compactMap { row in
                if case .text(let finding)? = row.first { finding } else { nil }
            }
            guard findings == ["ok"] else { throw DatabaseError(.corrupt, findings.joined(separator: "\n")) }
            _ = try connection.position()
        } catch {
            throw DatabaseError(
                .corrupt,
                "\(path) is damaged or no Pando database; use another backup",
                underlying: error
            )
        }
    }

    /// The domains that have tables in a database, in order.
    static func domains(of path: String) throws(DatabaseError) -> [String] {
        try open(path).domains()
    }

    /// Numbers a restored file's timeline above its own and above the one that it replaces.
    static func beginTimeline(_ path: String, after replaced: String?) throws(DatabaseError) {
        let connection = try open(path)
        var last = try connection.position().timeline
        // A damaged database is a reason to restore, so it need not be readable.
        if let replaced, let other = try? open(replaced).position() { last = max(last, other.timeline) }
        try connection.run("UPDATE pando_position SET timeline = ?", [.integer(last + 1)])
        _ = try connection.values("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// Renames a database and its companions out of the way, to a name that nothing has. With the lock held.
    static func setAside(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let stem = "\(path).replaced-\(Instant.now.microsecondsSince1970 / 1_000_000)"
        var (name, number) = (stem, 1)
        while ["", "-wal", "-shm"].contains(where: { FileManager.default.fileExists(atPath: name + $0) }) {
            number += 1
            name = "\(stem)-\(number)"
        }
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + suffix) {
            try DurableFile.rename(path + suffix, to: name + suffix)
        }
        return name
    }

    private static func open(_ path: String, creating: Bool = false) throws(DatabaseError) -> SQLiteConnection {
        guard creating || FileManager.default.fileExists(atPath: path) else {
            throw DatabaseError(.inputOutput, "there is no file \(path)")
        }
        return try SQLiteConnection(path: path, purpose: .maintenance, rules: TableRules(owners: TableOwners()))
    }
}
