public import PandoDatabase

/// How sessions begin, change and end. Each change is durable and in force when it returns.
extension SessionStore {
    /// Begins a session.
    ///
    /// - Parameters:
    ///   - subject: Who is logged in; nil for a visitor.
    ///   - data: Small strings to keep with it.
    /// - Returns: The session, and the token to hand to the client, which is stored nowhere.
    /// - Throws: `CacheError` with code `sessionTooLarge`; `DatabaseError`.
    public func create(
        subject: String?,
        data: [String: String] = [:]
    ) async throws -> (session: Session, token: SessionToken) {
        let (record, token) = try make(subject: subject, data: data, position: nil)
        try await database.write { tx in try await self.insert(record, tx) }
        return (Session(record: record), token)
    }

    /// Begins a session in a transaction of the caller's. Hand the token out only if that commits.
    public func create(
        subject: String?,
        data: [String: String] = [:],
        in transaction: Transaction
    ) async throws -> (session: Session, token: SessionToken) {
        let (record, token) = try make(subject: subject, data: data, position: nil)
        try await insert(record, transaction)
        return (Session(record: record), token)
    }

    /// Goes on under a new identifier and a new token; the old token is dead at once. Do so at every login and at every
    /// gain of rights, so that a token that was planted before is worth nothing.
    ///
    /// - Parameters:
    ///   - session: The session so far.
    ///   - subject: Who is logged in from now on.
    ///   - data: What to keep with it from now on.
    /// - Throws: `CacheError` with code `sessionEnded` if it has ended meanwhile, also by another rotation;
    ///   `sessionTooLarge`; `DatabaseError`.
    public func rotate(
        _ session: Session,
        subject: String?,
        data: [String: String] = [:]
    ) async throws -> (session: Session, token: SessionToken) {
        let (record, token) = try make(subject: subject, data: data, position: session.position)
        try await database.write { tx in
            guard try await self.delete(session.record.key, tx) else { throw self.ended }
            try await self.insert(record, tx)
        }
        return (Session(record: record), token)
    }

    /// Replaces a session's data.
    ///
    /// - Returns: The session with the new data. Other requests in progress keep the old.
    /// - Throws: `CacheError` with code `sessionEnded` or `sessionTooLarge`; `DatabaseError`.
    public func update(_ session: Session, data: [String: String]) async throws -> Session {
        try check(session.subject, data)
        let old = session.record
        let record = SessionRecord(
            key: old.key,
            id: old.id,
            subject: old.subject,
            data: data,
            createdAt: old.createdAt,
            endsAt: old.endsAt,
            seenAt: old.seenAt,
            position: old.position
        )
        let text = try JSONText(encoding: data)
        try await database.write { tx in
            let changed = try await tx.system.execute(
                "UPDATE pando_sessions SET data = \(text) WHERE token_hash = \(record.key.bytes)"
            )
            guard changed == 1 else { throw self.ended }
            tx.invalidate(record.key, in: self.cache)
        }
        return Session(record: record)
    }

    /// Ends a session. No lookup that begins after the return finds it.
    ///
    /// - Returns: Whether there was one to end.
    @discardableResult
    public func end(_ session: Session) async throws -> Bool {
        let key = session.record.key
        return try await database.write { tx in try await self.delete(key, tx) }
    }

    /// Ends the session of a token.
    ///
    /// - Returns: Whether there was one to end.
    @discardableResult
    public func end(token: String) async throws -> Bool {
        guard let key = SessionKey(token: token) else { return false }
        return try await database.write { tx in try await self.delete(key, tx) }
    }

    /// The live sessions of a subject, newest first.
    ///
    /// - Parameters:
    ///   - subject: Who is logged in.
    ///   - limit: At most so many, 1 … 1,000.
    public func sessions(of subject: String, limit: Int = 100) async throws -> [Session] {
        precondition((1...1000).contains(limit), "limit: 1 … 1,000")
        let time = now()
        return try await database.read(.strong) { tx in
            try await tx.system.rows(
                SessionTable.select(where: "subject = \(subject)", now: time, limit: limit),
                SessionTable.record
            )
        }
        .map(Session.init)
    }

    /// Ends one session of a subject by its identifier: for a page that lists them.
    ///
    /// - Returns: Whether the subject had it.
    @discardableResult
    public func end(_ id: Identifier, of subject: String) async throws -> Bool {
        try await endAll("subject = \(subject) AND id = \(id)") > 0
    }

    /// Ends the sessions of a subject, all or all but one: after a change of the password.
    ///
    /// - Returns: How many there were.
    @discardableResult
    public func endAll(of subject: String, except kept: Session? = nil) async throws -> Int {
        guard let kept else { return try await endAll("subject = \(subject)") }
        return try await endAll("subject = \(subject) AND id <> \(kept.id)")
    }

    /// In one transaction: either all are ended or none.
    private func endAll(_ condition: SQL) async throws -> Int {
        try await database.write { tx in
            let hashes = try await tx.system.rows("SELECT token_hash FROM pando_sessions WHERE \(condition)") { row in
                try row.get(0, as: [UInt8].self)
            }
            for key in hashes.compactMap(SessionKey.init(bytes:)) { _ = try await self.delete(key, tx) }
            return hashes.count
        }
    }

    private func insert(_ record: SessionRecord, _ tx: Transaction) async throws {
        try await tx.system.execute(SessionTable.insert(record, idle: configuration.idleTimeout))
    }

    private func delete(_ key: SessionKey, _ tx: Transaction) async throws -> Bool {
        tx.invalidate(key, in: cache)
        return try await tx.system.execute(SessionTable.delete(key)) == 1
    }

    private var ended: CacheError { CacheError(.sessionEnded, "the session has ended; log in again") }
}
