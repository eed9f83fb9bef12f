import GRDBSQLite

extension Database {
    /// The version of the SQLite that this program is linked with, such as `3.40.1`.
    package static var sqliteVersion: String { String(cString: sqlite3_libversion()) }
}
