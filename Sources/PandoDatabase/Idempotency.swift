/// What makes a repeated request the same request: a key that the client chose, within a scope that the service chose.
public struct IdempotencyKey: Hashable, Sendable {
    let scope: String
    let key: String

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - key: The client's, 1 to 255 characters, such as the `Idempotency-Key` header's value.
    ///   - scope: Whose keys they are and for what, such as the account's identifier and the operation's name.
    public init?(_ key: String, scope: String) {
        guard (1...255).contains(key.utf8.count), !key.utf8.contains(0) else { return nil }
        self.scope = scope
        self.key = key
    }
}

/// The result of an operation that happens once for its key.
public enum Once<Result: Sendable>: Sendable {
    /// The operation ran now.
    case first(Result)
    /// It had run before, with this result.
    case repeated(Result)

    /// The result, now or then.
    public var result: Result {
        switch self {
        case .first(let result), .repeated(let result): result
        }
    }
}

extension Transaction {
    /// Runs an operation once for its key, and gives every repetition the first one's result.
    ///
    /// Key and result are stored in this transaction: either both the operation's effects and the key are there, or
    /// neither. Keys are kept for at least seven days.
    ///
    /// - Parameters:
    ///   - key: What makes repetitions the same.
    ///   - fingerprint: Something that differs where the requests differ, such as a hash of the body.
    ///   - operation: What to do the first time.
    /// - Throws: ``DatabaseError`` with code `idempotencyKeyReused` where the key was used with another fingerprint; or the
    ///   operation's error, after which the key is free again.
    public func once<R: Codable & Sendable>(
        _ key: IdempotencyKey,
        fingerprint: [UInt8],
        _ operation: () async throws -> R
    ) async throws -> Once<R> {
        let earlier = try await system.rows(
            "SELECT fingerprint, result FROM pando_idempotency WHERE scope = \(key.scope) AND key = \(key.key)"
        ) { row in (fingerprint: try row.get(0, as: [UInt8].self), result: try row.get(1, as: JSONText.self)) }
        if let earlier = earlier.first {
            guard earlier.fingerprint == fingerprint else {
                throw DatabaseError(.idempotencyKeyReused, "the idempotency key was used before with another request")
            }
            return .repeated(try earlier.result.decode([R].self)[0])
        }
        let result = try await operation()
        // A list, since not every value is a JSON document on its own everywhere.
        let stored = try JSONText(encoding: [result])
        try await system.enqueue(
            """
            INSERT INTO pando_idempotency (scope, key, fingerprint, result, created_at)
            VALUES (\(key.scope), \(key.key), \(fingerprint), \(stored), \(Instant.now))
            """,
            beginningAnewOnDuplicate: true
        )
        return .first(result)
    }
}

extension Database {
    /// How long idempotency keys are kept.
    package static let idempotencyRetention: Duration = .seconds(7 * 86_400)

    /// Forgets idempotency keys that are older than seven days, at most a thousand.
    ///
    /// - Returns: how many there were; call again while it is a thousand.
    @discardableResult
    package func forgetOldIdempotencyKeys(before now: Instant = .now) async throws -> Int {
        try await write { tx in
            try await tx.system.execute(
                """
                DELETE FROM pando_idempotency WHERE (scope, key) IN (
                    SELECT scope, key FROM pando_idempotency WHERE created_at < \(now - Self.idempotencyRetention) LIMIT 1000
                )
                """
            )
        }
    }
}
