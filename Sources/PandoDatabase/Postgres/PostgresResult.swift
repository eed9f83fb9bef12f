import CPostgres

/// What one statement returned. Its memory is libpq's, freed with the last reference.
final class PostgresResult: @unchecked Sendable {
    // Sendable: libpq's functions on a complete result only read.
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }

    /// Why the statement failed; nil where it did not.
    var failure: PostgresFailure? {
        switch PQresultStatus(handle) {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
            PostgresFailure(state: field(.state), message: message)
        case PGRES_PIPELINE_ABORTED:
            PostgresFailure(state: PostgresResult.aborted, message: "an earlier statement failed")
        default: nil  // Everything else is a success of some kind.
        }
    }

    /// The made-up SQLSTATE of a statement that was not run since one before it had failed: "in failed transaction".
    static let aborted = "25P02"

    private var message: String {
        let primary = field(.message)
        let full = primary.isEmpty ? String(cString: PQresultErrorMessage(handle)).trimmingSpaces : primary
        // What a cast could not read stands in quotes behind a colon; it may be a bound value.
        let text = field(.state).hasPrefix("22") ? full.beforeQuotation : full
        // The detail may hold values of the row, which are not for logs; the constraint's name says enough.
        let constraint = field(.constraint)
        return constraint.isEmpty || text.contains(constraint) ? text : "\(text) (constraint \(constraint))"
    }

    private func field(_ field: PostgresErrorField) -> String {
        PQresultErrorField(handle, field.code).map { String(cString: $0) } ?? ""
    }

    var rowCount: Int { Int(PQntuples(handle)) }

    var columnCount: Int { Int(PQnfields(handle)) }

    /// Rows that an INSERT, UPDATE or DELETE changed.
    var changes: Int {
        let tag = String(cString: PQcmdStatus(handle))
        guard !tag.hasPrefix("SELECT") else { return 0 }
        return Int(String(cString: PQcmdTuples(handle))) ?? 0
    }

    /// The command that was completed, such as `COMMIT`; what COMMIT does to a failed transaction is called `ROLLBACK`.
    var command: String { String(cString: PQcmdStatus(handle)) }

    /// The type of a column by its number in the server's catalog.
    func type(of column: Int) -> UInt32 { PQftype(handle, Int32(column)) }

    func name(of column: Int) -> String { PQfname(handle, Int32(column)).map { String(cString: $0) } ?? "" }

    /// For the description of a statement: the types of its parameters.
    var parameterTypes: [UInt32] { (0..<PQnparams(handle)).map { PQparamtype(handle, $0) } }

    /// A column's bytes; nil for NULL.
    func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let (row, column) = (Int32(row), Int32(column))
        if PQgetisnull(handle, row, column) != 0 { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(handle, row, column),
            count: Int(PQgetlength(handle, row, column))
        )
    }

    /// Hands over the rows in order, at most `limit` of them.
    func forEachRow(of shape: StatementShape, limit: Int, _ body: (borrowing Row) throws -> Void) rethrows {
        for row in 0..<min(limit, rowCount) {
            try body(Row(.postgres(PostgresRow(result: self, row: row, columns: shape.columns))))
        }
    }

    func value(_ row: Int, _ column: Int) -> SQLValue {
        guard let bytes = bytes(row, column), let type = PostgresType(rawValue: type(of: column)) else { return .null }
        return PostgresValue.decode(bytes, as: type)
    }
}

/// The parts of the server's errors and notices that are looked at (postgres_ext.h, whose characters Swift does not import).
enum PostgresErrorField: String {
    case state = "C"
    case message = "M"
    case constraint = "n"

    var code: Int32 { Int32(rawValue.utf8.first ?? 0) }
}

/// One row of a result.
struct PostgresRow {
    let result: PostgresResult
    let row: Int
    /// Column indices by name.
    let columns: [String: Int]

    /// The bytes of a text or bytes column, without a copy.
    func withBytes<R>(at column: Int, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        guard let bytes = result.bytes(row, column) else {
            return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        switch PostgresType(rawValue: result.type(of: column)) {
        case .text, .varchar, .bpchar, .name, .json, .bytea, .unknown, .uuid: return try body(bytes)
        default:
            // A date is text wherever it is read; numbers have no bytes of their own.
            let value = result.value(row, column)
            guard case .text(var text) = value else { throw mismatch(value, [UInt8].self) }
            return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
        }
    }
}

extension String {
    /// The text up to the first `: "`.
    fileprivate var beforeQuotation: String {
        var end = startIndex
        while end < endIndex, !self[end...].hasPrefix(": \"") { end = index(after: end) }
        return String(self[..<end])
    }

    /// Without white space at the end, which libpq's messages have.
    var trimmingSpaces: String {
        var text = self
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return text
    }
}
