import GRDBSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SQLiteConnection {
    /// Translates a result code; `sqlite3_errmsg` of the connection says the rest.
    static func error(_ code: Int32, _ handle: OpaquePointer?, doing what: String) -> DatabaseError {
        let text = handle.flatMap(sqlite3_errmsg).map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
        let advice = isOutOfSpace(code, handle) ? " (free space on the disk)" : advice(code)
        return DatabaseError(errorCode(code), "\(damagedFile(code, handle))\(text)\(advice): \(what)")
    }

    /// The full disk of an I/O error that has no code of its own, such as one of the shared memory beside the file.
    private static func isOutOfSpace(_ code: Int32, _ handle: OpaquePointer?) -> Bool {
        code & 0xff == SQLITE_IOERR && [ENOSPC, EDQUOT].contains(sqlite3_system_errno(handle))
    }

    /// The name of a file that is damaged, for the front of the message: it has to be restored.
    private static func damagedFile(_ code: Int32, _ handle: OpaquePointer?) -> String {
        guard [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xff), let handle,
            let name = sqlite3_db_filename(handle, "main")
        else { return "" }
        return String(cString: name) + ": "
    }

    private static func errorCode(_ extended: Int32) -> DatabaseError.Code {
        switch extended & 0xff {
        case SQLITE_CONSTRAINT: .constraintViolated(constraint(extended))
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .inputOutput
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_ERROR, SQLITE_AUTH, SQLITE_RANGE, SQLITE_TOOBIG: .statementRefused
        case SQLITE_MISMATCH: .constraintViolated(.dataType)
        case SQLITE_INTERRUPT: .timedOut
        default: .engine  // The rest are internal states of SQLite that no caller can act upon.
        }
    }

    private static func constraint(_ extended: Int32) -> DatabaseError.Constraint {
        switch extended >> 8 {
        case 3: .foreignKey
        case 5: .notNull
        case 12: .dataType
        case 6, 8, 10: .unique
        default: .check  // SQLITE_CONSTRAINT_CHECK is 1; the others cannot arise from Pando's schemas.
        }
    }

    private static func advice(_ code: Int32) -> String {
        switch code & 0xff {
        case SQLITE_FULL: " (free space on the disk; nothing of this transaction was written)"
        case SQLITE_CORRUPT, SQLITE_NOTADB: " (restore the file from a backup)"
        case SQLITE_CANTOPEN: " (check that the folder exists and may be written)"
        case SQLITE_INTERRUPT: " (the statement ran past its limit)"
        case SQLITE_BUSY: " (another process holds the write lock)"
        default: ""  // The engine's own text is advice enough.
        }
    }
}
