/// Statements of the building blocks on Pando's own tables, which programs may not touch, and of engine-specific kinds.
package struct SystemStatements {
    let transaction: ReadTransaction

    /// See ``ReadTransaction/all(_:as:)``.
    package func all<T: Decodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> [T] {
        try await rows(sql) { row in try row.decode(type) }
    }

    /// See ``ReadTransaction/first(_:as:)``.
    package func first<T: Decodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T? {
        try await transaction.first(sql, by: .system, as: type)
    }

    /// See ``ReadTransaction/rows(_:_:)``.
    package func rows<T>(_ sql: SQL, _ map: (borrowing Row) throws -> T) async throws -> [T] {
        try await transaction.rows(sql, by: .system, map)
    }

    /// See ``Transaction/execute(_:)``; inside a read it is misuse.
    @discardableResult
    package func execute(_ sql: SQL) async throws -> Int {
        return try await writing().change(sql, as: .system)
    }

    /// See ``Transaction/enqueue(_:)``; inside a read it is misuse.
    ///
    /// - Parameter beginningAnewOnDuplicate: Whether a violated unique constraint can only be so because another transaction
    ///   was faster: the closure is run again then.
    package func enqueue(_ sql: SQL, beginningAnewOnDuplicate: Bool = false) async throws {
        try await writing().enqueue(sql, as: .system, beginningAnewOnDuplicate: beginningAnewOnDuplicate)
    }

    /// See ``Transaction/execute(_:)-([SQL])``.
    @discardableResult
    package func execute(_ statements: [SQL]) async throws -> [Int] {
        return try await writing().change(statements, as: .system)
    }

    /// Waits for what was enqueued, so that what throws is to blame: ``Transaction/enqueue(_:)``.
    package func flush() async throws {
        try await writing().flush()
    }

    private func writing() throws(DatabaseError) -> Transaction {
        guard let transaction = transaction as? Transaction else {
            throw DatabaseError(.misused, "a read cannot write: use Database.write")
        }
        return transaction
    }
}
