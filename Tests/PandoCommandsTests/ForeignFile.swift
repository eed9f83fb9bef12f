import GRDBSQLite
import Testing

/// A file of SQLite that no part of Pando has made.
enum ForeignFile {
    static func make(_ path: String, tables: [String]) throws {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        try #require(sqlite3_open(path, &handle) == SQLITE_OK)
        for table in tables {
            try #require(sqlite3_exec(handle, "CREATE TABLE \(table) (id integer)", nil, nil, nil) == SQLITE_OK)
        }
    }
}
