import CPostgres

/// A connection that blocks: for opening others, and for migrations, on threads that may wait.
///
/// Not safe to share: it belongs to the thread that made it.
final class PostgresSession {
    private(set) var handle: OpaquePointer?
    let server: PostgresServer
    /// What holds the statements of migrations to the portable subset.
    var checker: PortableChecker?

    /// The schema that holds the tables.
    var schema: String { server.schema }

    init(_ server: PostgresServer, limits: [String: String]) throws(DatabaseError) {
        self.server = server
        handle = try server.connect(limits)
        // Notices would be printed to the standard error otherwise.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
    }

    deinit {
        handle.map(PQfinish)
    }

    /// The server's version, such as 150018 for 15.18.
    var version: Int { Int(PQserverVersion(handle)) }

    /// What stops its statement in progress from another thread; nil where the connection is lost.
    func interrupter() -> PostgresInterrupter? { handle.flatMap(PQgetCancel).map { PostgresInterrupter(owning: $0) } }

    /// Breaks the connection off where work on it takes too long.
    func withLimit<R>(_ limit: Duration, _ work: () throws(DatabaseError) -> R) throws(DatabaseError) -> R {
        let limit = PostgresOpeningLimit(PQsocket(handle), limit)
        defer { limit.end() }
        return try work()
    }

    /// Hands the connection over.
    func release() -> PostgresHandle {
        guard let handle else { preconditionFailure("a session was released twice") }
        self.handle = nil
        return PostgresHandle(pointer: handle)
    }

    /// Prepares a statement under a name.
    func prepare(_ name: String, _ text: String) throws(DatabaseError) {
        _ = try take(PQprepare(handle, name, text, 0, nil), text)
    }

    /// Runs statements without parameters, one or several.
    func run(_ text: String) throws(DatabaseError) {
        _ = try take(PQexec(handle, text), text)
    }

    /// Runs a portable statement; the rows and how many were changed.
    func execute(_ text: String, _ values: [SQLValue] = []) throws(DatabaseError) -> (rows: [[SQLValue]], changes: Int)
    {
        let (numbered, count) = Placeholders.numbered(text)
        try PostgresRunner.checkCount(count, values)
        var types = [UInt32](repeating: 0, count: count)
        while true {
            _ = try take(PQprepare(handle, "", numbered, Int32(types.count), types), text)
            let description = try take(PQdescribePrepared(handle, ""), text)
            let shape = try StatementShape(
                text: numbered,
                declaring: types,
                description: description
            )
            var misfit = 0
            if let parameters = try PostgresParameters(values, as: shape.parameterTypes, misfit: &misfit) {
                let result = try take(parameters.executeUnnamed(on: handle), text)
                let rows = (0..<result.rowCount).map { row in
                    (0..<result.columnCount).map { result.value(row, $0) }
                }
                return (rows, result.changes)
            }
            types = try PostgresRunner.types(shape, declaring: misfit, of: values)
        }
    }

    func values(_ text: String, _ parameters: [SQLValue]) throws(DatabaseError) -> [[SQLValue]] {
        try execute(text, parameters).rows
    }

    private func take(_ result: OpaquePointer?, _ text: String) throws(DatabaseError) -> PostgresResult {
        guard let result else {
            let message = String(cString: PQerrorMessage(handle)).trimmingSpaces
            throw DatabaseError(.unavailable, "\(message): \(text)")
        }
        let taken = PostgresResult(owning: result)
        if let failure = taken.failure { throw DatabaseError(failure, doing: text) }
        return taken
    }
}

/// A connection of libpq on its way from the one who opened it to the one who will use it.
struct PostgresHandle: @unchecked Sendable {
    // Sendable: handed over, never shared.
    let pointer: OpaquePointer
}

extension PostgresParameters {
    /// Executes the unnamed statement and waits for its result.
    fileprivate func executeUnnamed(on handle: OpaquePointer?) -> OpaquePointer? {
        withPointers { count, values, lengths, formats in
            PQexecPrepared(handle, "", count, values, lengths, formats, 1)
        }
    }

    /// The values as libpq takes them.
    func withPointers<R>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        guard !lengths.isEmpty else { return body(0, nil, nil, nil) }
        return bytes.withUnsafeBytes { buffer in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: lengths.count) { pointers in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: lengths.count) { formats in
                    var offset = 0
                    for (index, length) in lengths.enumerated() {
                        formats[index] = 1
                        // An empty value has no bytes but is not NULL: any pointer will do.
                        let place = buffer.baseAddress.map { $0 + offset } ?? UnsafeRawPointer(pointers.baseAddress)
                        pointers[index] = length < 0 ? nil : place?.assumingMemoryBound(to: CChar.self)
                        offset += Int(max(0, length))
                    }
                    return body(Int32(lengths.count), pointers.baseAddress, lengths, formats.baseAddress)
                }
            }
        }
    }
}
