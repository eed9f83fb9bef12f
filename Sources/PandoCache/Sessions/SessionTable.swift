import PandoDatabase

/// The table of sessions and its statements.
enum SessionTable {
    static let migrations = [
        Migration(1, "create the table of sessions") {
            CreateTable("pando_sessions", sharding: .by("token_hash")) {
                Column("token_hash", .bytes)
                Column("id", .identifier)
                Column("subject", .text, .nullable)
                Column("data", .json)
                Column("created_at", .instant)
                Column("seen_at", .instant)
                Column("ends_at", .instant)
                Column("expires_at", .instant)
                Column("last_position", .text, .nullable)
                PrimaryKey("token_hash")
            }
            CreateIndex("pando_sessions_by_subject", on: "pando_sessions", "subject", "id")
            CreateIndex("pando_sessions_by_expiry", on: "pando_sessions", "expires_at")
        }
    ]

    static func insert(_ record: SessionRecord, idle: Duration) throws -> SQL {
        """
        INSERT INTO pando_sessions
            (token_hash, id, subject, data, created_at, seen_at, ends_at, expires_at, last_position)
        VALUES (\(record.key.bytes), \(record.id), \(record.subject as String?), \(try JSONText(encoding: record.data)),
            \(record.createdAt), \(record.seenAt), \(record.endsAt), \(record.expiry(idle: idle)),
            \(record.position?.description as String?))
        """
    }

    /// Stores the last request and position. A session that has ended meanwhile stays ended.
    static func touch(_ record: SessionRecord, idle: Duration) -> SQL {
        """
        UPDATE pando_sessions SET seen_at = \(record.seenAt), expires_at = \(record.expiry(idle: idle)),
            last_position = \(record.position?.description as String?)
        WHERE token_hash = \(record.key.bytes)
        """
    }

    static func delete(_ key: SessionKey) -> SQL {
        "DELETE FROM pando_sessions WHERE token_hash = \(key.bytes)"
    }

    /// Deletes up to `limit` sessions that expired before `now`, oldest first.
    static func sweep(before now: Instant, limit: Int) -> SQL {
        """
        DELETE FROM pando_sessions WHERE token_hash IN (
            SELECT token_hash FROM pando_sessions WHERE expires_at <= \(now) ORDER BY expires_at LIMIT \(limit)
        )
        """
    }

    /// Live sessions by a condition, newest first.
    static func select(where condition: SQL, now: Instant, limit: Int) -> SQL {
        """
        SELECT token_hash, id, subject, data, created_at, ends_at, seen_at, last_position FROM pando_sessions
        WHERE \(condition) AND expires_at > \(now) ORDER BY id DESC LIMIT \(limit)
        """
    }

    static func record(_ row: borrowing Row) throws -> SessionRecord {
        guard let key = SessionKey(bytes: try row.get(0, as: [UInt8].self)) else {
            throw DatabaseError(.typeMismatch, "pando_sessions.token_hash has not 32 bytes")
        }
        return SessionRecord(
            key: key,
            id: try row.get(1),
            subject: try row.get(2, as: String?.self),
            data: try row.get(3, as: JSONText.self).decode([String: String].self),
            createdAt: try row.get(4),
            endsAt: try row.get(5),
            seenAt: try row.get(6),
            position: try row.get(7, as: String?.self).flatMap { Position($0) }
        )
    }
}
