import PandoTelemetry

extension Database {
    /// The first row of one statement, or nil where there is none: a read of its own.
    ///
    /// For what one statement says: on a server such reads of many callers share connections and round trips, which
    /// ``read(_:file:line:_:)`` cannot, since it keeps the data of one moment for its closure.
    ///
    /// - Throws: ``DatabaseError``.
    public func first<T: Decodable>(
        _ sql: SQL,
        as type: T.Type = T.self,
        _ level: ReadLevel = .session,
        file: StaticString = #fileID,
        line: UInt = #line
    ) async throws -> T? {
        var result: T?
        try await run(sql, level, CallSite(file: file, line: line), limit: 1) { row in result = try row.decode(type) }
        return result
    }

    /// All rows of one statement, decoded by their columns' names: a read of its own, as ``first(_:as:_:file:line:)``.
    ///
    /// - Throws: ``DatabaseError``.
    public func all<T: Decodable>(
        _ sql: SQL,
        as type: T.Type = T.self,
        _ level: ReadLevel = .session,
        file: StaticString = #fileID,
        line: UInt = #line
    ) async throws -> [T] {
        var result: [T] = []
        try await run(sql, level, CallSite(file: file, line: line), limit: .max) { row in
            result.append(try row.decode(type))
        }
        return result
    }

    /// All rows of one statement, each through a closure that takes columns by index: a read of its own, as
    /// ``first(_:as:_:file:line:)``.
    ///
    /// - Throws: ``DatabaseError``, or the closure's error.
    public func rows<T>(
        _ sql: SQL,
        _ level: ReadLevel = .session,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ map: (borrowing Row) throws -> T
    ) async throws -> [T] {
        var result: [T] = []
        try await run(sql, level, CallSite(file: file, line: line), limit: .max) { row in result.append(try map(row)) }
        return result
    }

    private func run(
        _ sql: SQL,
        _ level: ReadLevel,
        _ site: CallSite,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        try await withChildSpan("database.read") { _ in
            try await engine.readOne(sql, as: actor, at: site, level, limit: limit, body)
        }
    }
}
