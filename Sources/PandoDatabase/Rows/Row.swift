/// One row of a result, valid only inside the closure that it is handed to; it cannot leave it.
public struct Row: ~Copyable {
    /// Where the columns are.
    enum Storage {
        case statement(SQLiteStatement)
        case values([SQLValue], columns: [String: Int])
        case postgres(PostgresRow)

        var count: Int {
            switch self {
            case .statement(let statement): statement.columnCount
            case .values(let values, _): values.count
            case .postgres(let row): row.result.columnCount
            }
        }

        /// Indices by name.
        var columns: [String: Int] {
            switch self {
            case .statement(let statement): statement.columns
            case .values(_, let columns): columns
            case .postgres(let row): row.columns
            }
        }

        func value(_ index: Int) -> SQLValue {
            switch self {
            case .statement(let statement): statement.value(at: index)
            case .values(let values, _): values[index]
            case .postgres(let row): row.result.value(row.row, index)
            }
        }
    }

    let storage: Storage

    // Never inlined: the optimizer of Swift 6.3.1 crashes where it inlines the making of a noncopyable struct
    // ("Cannot initialize a nonCopyable type with a guaranteed value").
    @inline(never)
    init(_ storage: consuming Storage) {
        self.storage = storage
    }

    /// The number of columns.
    public var count: Int { storage.count }

    /// A column by its index, from 0: the fast way.
    ///
    /// - Throws: ``DatabaseError`` with code `typeMismatch` where the value is of another type.
    public func get<T: SQLConvertible>(_ index: Int, as type: T.Type = T.self) throws -> T {
        precondition(index >= 0 && index < count, "column \(index) of a row with \(count) columns")
        do {
            return try T(sqlValue: storage.value(index))
        } catch let error as DatabaseError {
            throw DatabaseError(error.code, "column \(index): \(error.message)", underlying: error.underlying)
        }
    }

    /// A column by its name, or by its name in lowerCamelCase.
    ///
    /// - Throws: ``DatabaseError`` with code `typeMismatch` where there is no such column or its value is of another type.
    public func get<T: SQLConvertible>(_ name: String, as type: T.Type = T.self) throws -> T {
        guard let index = storage.columns[name] else {
            throw DatabaseError(.typeMismatch, "the result has no column '\(name)'")
        }
        do {
            return try T(sqlValue: storage.value(index))
        } catch let error as DatabaseError {
            throw DatabaseError(error.code, "column '\(name)': \(error.message)", underlying: error.underlying)
        }
    }

    /// The bytes of a text or bytes column as they are stored, valid inside the closure: for what is passed on without being
    /// looked at. No bytes for null.
    ///
    /// - Throws: ``DatabaseError`` with code `typeMismatch` for numbers, or the closure's error.
    public func withBytes<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        precondition(index >= 0 && index < count, "column \(index) of a row with \(count) columns")
        switch storage {
        case .statement(let statement): return try statement.withBytes(at: index, body)
        case .postgres(let row): return try row.withBytes(at: index, body)
        case .values(let values, _):
            switch values[index] {
            case .text(var text): return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
            case .bytes(let bytes): return try bytes.withUnsafeBytes(body)
            case .null: return try body(UnsafeRawBufferPointer(start: nil, count: 0))
            case .integer, .real: throw mismatch(values[index], [UInt8].self)
            }
        }
    }

    /// Decodes the row: a scalar from its first column, any other type from the columns named as its properties.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try decodeRow(storage)
    }
}
