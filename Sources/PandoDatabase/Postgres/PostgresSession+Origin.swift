extension PostgresSession {
    /// What the database says of where its numbers begin; nil where it says nothing, as those of earlier versions.
    func origin() throws(DatabaseError) -> PostgresOrigin? {
        guard try hasTable("pando_origin") else { return nil }
        let rows = try values(
            "SELECT incarnation, transaction, cluster FROM \(schema.quotedIdentifier).pando_origin",
            []
        )
        guard let row = rows.first, case .integer(let incarnation) = row[0], case .integer(let transaction) = row[1],
            case .integer(let cluster) = row[2]
        else { return nil }
        return PostgresOrigin(incarnation: incarnation, transaction: transaction, cluster: cluster)
    }

    /// Where the numbers begin, in one question with the number of the server's own timeline, which is the first part of the
    /// names of its log's files.
    ///
    /// - Parameter asksCluster: Whether the server itself says which one it is: the row comes along where a database is moved.
    func originAndTimeline(asksCluster: Bool) throws(DatabaseError) -> (PostgresOrigin, timeline: Int64) {
        let cluster = asksCluster ? "(SELECT system_identifier FROM pg_control_system())" : "cluster"
        let rows = try values(
            """
            SELECT incarnation, transaction, \(cluster) AS cluster,
                ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint AS timeline
            FROM \(schema.quotedIdentifier).pando_origin
            """,
            []
        )
        guard let row = rows.first, case .integer(let incarnation) = row[0], case .integer(let transaction) = row[1],
            case .integer(let cluster) = row[2], case .integer(let timeline) = row[3]
        else { throw DatabaseError(.engine, "\(server.name) does not say its timeline") }
        return (PostgresOrigin(incarnation: incarnation, transaction: transaction, cluster: cluster), timeline)
    }

    /// Writes down where the numbers begin.
    func write(_ origin: PostgresOrigin) throws(DatabaseError) {
        _ = try values(
            """
            INSERT INTO \(schema.quotedIdentifier).pando_origin (singleton, incarnation, transaction, cluster)
            VALUES (1, ?, ?, ?) ON CONFLICT (singleton) DO UPDATE
            SET incarnation = excluded.incarnation, transaction = excluded.transaction, cluster = excluded.cluster
            """,
            [.integer(origin.incarnation), .integer(origin.transaction), .integer(origin.cluster)]
        )
    }

    /// Finds where the numbers begin, and corrects it where the database was brought to this server by hand: by `pg_restore`, or
    /// by replication of its tables. Of several processes that start together one does so.
    func settleOrigin() throws(DatabaseError) -> PostgresOrigin {
        let cluster = try cluster()
        if let origin = try origin(), origin.cluster == cluster, cluster != 0 { return origin }
        // The lock of the bootstrap; what is read after it was committed before it.
        try run(
            """
            BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(hashtextextended('pando bootstrap', 0))
            """
        )
        do throws(DatabaseError) {
            let origin = try settled(try origin(), on: cluster)
            try run("COMMIT")
            return origin
        } catch {
            // Where the connection is lost, so is the change.
            try? run("ROLLBACK")
            throw error
        }
    }

    private func settled(_ found: PostgresOrigin?, on cluster: Int64) throws(DatabaseError) -> PostgresOrigin {
        if let found, found.cluster == cluster, cluster != 0 { return found }
        var origin = found ?? PostgresOrigin()
        let running = try currentTransaction()
        let highest = try highestTransaction()
        // What the last server gave out after the highest number in the tables is not known.
        let isBehind = highest >= origin.transaction + running
        if isBehind { origin.rise(to: highest + 1 + PostgresOrigin.margin, at: running) }
        if isBehind || (found.map { $0.cluster != cluster } ?? false) { origin.incarnation += 1 }
        origin.cluster = cluster
        if origin != found { try write(origin) }
        return origin
    }

    /// The greatest number of a transaction in the tables of logs; 0 where they are empty.
    func highestTransaction() throws(DatabaseError) -> Int64 {
        var highest: Int64 = 0
        for (table, column) in LogNumbers.columns {
            guard try hasTable(table) else { continue }
            let last = try integer("SELECT coalesce(max(\(column)), 0) FROM \(schema.quotedIdentifier).\(table)")
            highest = max(highest, last)
        }
        return LogNumbers.transaction(of: highest)
    }

    /// What tells the server from others; 0 where it does not let this user ask.
    func cluster() throws(DatabaseError) -> Int64 {
        guard try integer("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')::int") == 1 else { return 0 }
        return try integer("SELECT system_identifier FROM pg_control_system()")
    }

    /// The server's own number of the running transaction.
    func currentTransaction() throws(DatabaseError) -> Int64 {
        try integer("SELECT pg_current_xact_id()::text::bigint")
    }

    /// Whether the schema has a table of this name.
    func hasTable(_ name: String) throws(DatabaseError) -> Bool {
        let table = "\(schema.quotedIdentifier).\(name)"
        return try integer("SELECT count(to_regclass(\(table.quotedLiteral)))") == 1
    }

    /// The end of the server's log.
    func logEnd() throws(DatabaseError) -> Int64 {
        try integer(PostgresControl.position.text)
    }

    /// The one number that a query gives.
    func integer(_ text: String) throws(DatabaseError) -> Int64 {
        guard case .integer(let value)? = try values(text, []).first?.first else {
            throw DatabaseError(.engine, "\(server.name) gives no number: \(text)")
        }
        return value
    }
}
