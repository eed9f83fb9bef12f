import GRDBSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One prepared statement of one connection. Used by whoever uses the connection, one at a time.
final class SQLiteStatement {
    let handle: OpaquePointer
    let parameterCount: Int
    private(set) var columnCount: Int
    /// Whether the statement only reads (`sqlite3_stmt_readonly`).
    let isReadOnly: Bool
    /// Whether the statement once took longer than a borrowed thread may be kept.
    var isSlow = false
    private var indices: [String: Int]?
    /// How often SQLite has prepared it again.
    private var repetitions: Int32 = 0

    init(handle: OpaquePointer) {
        self.handle = handle
        parameterCount = Int(sqlite3_bind_parameter_count(handle))
        columnCount = Int(sqlite3_column_count(handle))
        isReadOnly = sqlite3_stmt_readonly(handle) != 0
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Column indices by name, also by the name's lowerCamelCase form, for `Codable` rows; made when first needed.
    var columns: [String: Int] {
        if let indices { return indices }
        let made = Self.columnIndices(handle, columnCount)
        indices = made
        return made
    }

    /// To be called at each row: SQLite prepares a statement again where the schema has changed, and `SELECT *` may have other
    /// columns then.
    func meetRow() {
        let count = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0)
        guard count != repetitions else { return }
        repetitions = count
        columnCount = Int(sqlite3_column_count(handle))
        indices = nil
    }

    /// Binds every parameter.
    func bind(_ values: [SQLValue]) throws(DatabaseError) {
        guard values.count == parameterCount else {
            throw DatabaseError(
                .statementRefused,
                "the statement has \(parameterCount) placeholders for \(values.count) interpolated values; "
                    + "write values as \\(value), never as ?"
            )
        }
        for index in values.indices { try bind(values[index], at: Int32(index + 1)) }
    }

    private func bind(_ value: SQLValue, at index: Int32) throws(DatabaseError) {
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(handle, index)
        case .integer(let value): code = sqlite3_bind_int64(handle, index, value)
        case .real(let value):
            guard !value.isNaN else { throw DatabaseError(.valueRefused, "parameter \(index) is NaN") }
            // SQLite stores whole numbers as integers, which lose the sign of -0.0: no engine of Pando keeps it.
            code = sqlite3_bind_double(handle, index, value == 0 ? 0 : value)
        case .text(var text):
            guard let result = text.withUTF8({ bindText($0, at: index) }) else {
                throw DatabaseError(.valueRefused, "parameter \(index) is text with U+0000, which no engine stores")
            }
            code = result
        case .bytes(let bytes):
            // A null pointer would bind NULL, so empty bytes are bound as a blob of zero zeros.
            code =
                bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : bytes.withUnsafeBytes {
                    sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), Self.copy)
                }
        }
        guard code == SQLITE_OK else {
            throw DatabaseError(.statementRefused, "parameter \(index) cannot be bound (SQLite code \(code))")
        }
    }

    private func bindText(_ buffer: UnsafeBufferPointer<UInt8>, at index: Int32) -> Int32? {
        guard let base = buffer.baseAddress, buffer.count > 0 else {
            return sqlite3_bind_text64(handle, index, "", 0, Self.copy, UInt8(SQLITE_UTF8))
        }
        guard memchr(base, 0, buffer.count) == nil else { return nil }
        return base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
            sqlite3_bind_text64(handle, index, $0, UInt64(buffer.count), Self.copy, UInt8(SQLITE_UTF8))
        }
    }

    /// The value of a column of the current row.
    func value(at column: Int) -> SQLValue {
        let index = Int32(column)
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT: return .text(text(at: index))
        case SQLITE_BLOB: return .bytes(bytes(at: index))
        default: return .null  // SQLITE_NULL is the only class left.
        }
    }

    /// The bytes of a text or bytes column of the current row, without a copy.
    func withBytes<R>(at column: Int, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        let index = Int32(column)
        let type = sqlite3_column_type(handle, index)
        guard type == SQLITE_TEXT || type == SQLITE_BLOB || type == SQLITE_NULL else {
            throw mismatch(value(at: column), [UInt8].self)
        }
        let base = sqlite3_column_blob(handle, index)
        let count = base == nil ? 0 : Int(sqlite3_column_bytes(handle, index))
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    private func text(at index: Int32) -> String {
        guard let base = sqlite3_column_text(handle, index) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, index))
        return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    private func bytes(at index: Int32) -> [UInt8] {
        let base = sqlite3_column_blob(handle, index)
        let count = Int(sqlite3_column_bytes(handle, index))
        return [UInt8](UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count))
    }

    /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    private static let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private static func columnIndices(_ handle: OpaquePointer, _ count: Int) -> [String: Int] {
        var indices: [String: Int] = [:]
        for index in 0..<count {
            guard let name = sqlite3_column_name(handle, Int32(index)).map({ String(cString: $0) }) else { continue }
            indices.nameColumn(name, index)
        }
        return indices
    }
}
