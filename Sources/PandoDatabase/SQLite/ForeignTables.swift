import GRDBSQLite

extension Database {
    /// The tables of a file of SQLite that another program made: one that has tables, and none of them Pando's.
    ///
    /// Empty for any other file, also for one that cannot be read. Changes nothing. Blocks for as long as it takes to read a page
    /// or two.
    package static func foreignTables(in path: String) -> [String] {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else { return [] }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { return [] }
        var names: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            if let text = sqlite3_column_text(statement, 0) { names.append(String(cString: text)) }
        }
        return names.contains { $0.hasPrefix("pando_") } ? [] : names
    }
}
