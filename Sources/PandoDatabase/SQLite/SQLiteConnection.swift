import GRDBSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One connection to a SQLite file, with its statement cache and the rules of who may touch which table.
///
/// Sendable by contract, not by the compiler: it is used by one thread at a time. The writer's connection belongs to the
/// writer's thread; a reader's connection to whoever took it from the pool, until it is given back.
final class SQLiteConnection: @unchecked Sendable {
    enum Purpose { case writer, reader, maintenance, inMemory }

    /// Statements that begin and end transactions.
    enum Control: Int, CaseIterable {
        case begin, beginImmediate, commit, rollBack, savepoint, release, rollBackToSavepoint

        fileprivate var text: String {
            switch self {
            case .begin: "BEGIN"
            case .beginImmediate: "BEGIN IMMEDIATE"
            case .commit: "COMMIT"
            case .rollBack: "ROLLBACK"
            case .savepoint: "SAVEPOINT pando_job"
            case .release: "RELEASE pando_job"
            case .rollBackToSavepoint: "ROLLBACK TO pando_job"
            }
        }
    }

    private struct CacheKey: Hashable {
        let actor: StatementActor
        let text: String
    }

    private let handle: OpaquePointer
    private let rules: TableRules
    private var isClosed = false
    private var statements: [CacheKey: SQLiteStatement] = [:]
    /// The statements around transactions, which every transaction needs.
    private var controls: [SQLiteStatement?] = Array(repeating: nil, count: Control.allCases.count)
    /// How long the running statement may still run, in calls of the progress handler.
    private var budget = StatementBudget()
    /// At most this many statements stay prepared; past it the cache starts anew.
    private static let statementLimit = 512

    init(path: String, purpose: Purpose, rules: TableRules) throws(DatabaseError) {
        if purpose == .writer || purpose == .maintenance { DurableFile.makePrivate(path) }
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (purpose == .reader ? 0 : SQLITE_OPEN_CREATE)
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let error = SQLiteConnection.error(code, handle, doing: "opening \(path)")
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        self.rules = rules
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5000)
        // A name in double quotes that no column has is a mistake, as in standard SQL, and no text.
        _disableDoubleQuotedStringLiterals(handle)
        do throws(DatabaseError) {
            try configure(purpose, path: path)
        } catch {
            sqlite3_close_v2(handle)
            throw error
        }
        installAuthorizer()
        installProgressHandler()
    }

    deinit {
        close()
    }

    /// Finalizes the statements and closes the file; the connection must not be used any more.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        statements.removeAll()
        controls.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    private func configure(_ purpose: Purpose, path: String) throws(DatabaseError) {
        try run("PRAGMA journal_mode = WAL")
        try run("PRAGMA foreign_keys = ON")
        try run("PRAGMA temp_store = MEMORY")
        // LIKE tells case apart, as it does in PostgreSQL.
        try run("PRAGMA case_sensitive_like = ON")
        switch purpose {
        case .writer:
            try run("PRAGMA synchronous = FULL")
            try run("PRAGMA cache_size = -16000")
            try run("PRAGMA wal_autocheckpoint = 4000")
            try verify("journal_mode", is: .text("wal"), path: path)
            try verify("synchronous", is: .integer(2), path: path)
        case .reader:
            try run("PRAGMA query_only = ON")
            try run("PRAGMA cache_size = -4000")
        case .maintenance, .inMemory:
            break
        }
    }

    /// Reads a setting back: what was asked for must be in force before anything is acknowledged.
    private func verify(_ pragma: String, is expected: SQLValue, path: String) throws(DatabaseError) {
        let actual = try values("PRAGMA \(pragma)").first?.first
        guard actual == expected else {
            throw DatabaseError(
                .engine,
                "\(path): SQLite did not accept \(pragma) = \(expected) (it says \(actual.map { "\($0)" } ?? "nothing")); "
                    + "writes would not be durable. Use a local file system that supports WAL"
            )
        }
    }

    // MARK: Statements

    /// Prepares a statement, or takes it from the cache.
    func statement(_ text: String, as actor: StatementActor) throws(DatabaseError) -> SQLiteStatement {
        let key = CacheKey(actor: actor, text: text)
        if let cached = statements[key] { return cached }
        if statements.count >= Self.statementLimit { statements.removeAll(keepingCapacity: true) }
        let prepared = try prepare(text, as: actor)
        statements[key] = prepared
        return prepared
    }

    private func prepare(_ text: String, as actor: StatementActor) throws(DatabaseError) -> SQLiteStatement {
        rules.begin(actor)
        defer { rules.end() }
        var prepared: OpaquePointer?
        var code = SQLITE_OK
        var rest = 0
        var text = text
        text.withUTF8 { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                var tail: UnsafePointer<CChar>?
                code = sqlite3_prepare_v3(
                    handle,
                    characters.baseAddress,
                    Int32(characters.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT),
                    &prepared,
                    &tail
                )
                if let tail, let base = characters.baseAddress {
                    rest = characters[(tail - base)...].count(where: { !isSpace($0) })
                }
            }
        }
        guard code == SQLITE_OK else {
            if let refusal = rules.refusal { throw DatabaseError(.statementRefused, "\(refusal): \(text)") }
            throw Self.error(code, handle, doing: text)
        }
        guard let prepared else { throw DatabaseError(.statementRefused, "the statement is empty") }
        let statement = SQLiteStatement(handle: prepared)
        guard rest == 0 else { throw DatabaseError(.statementRefused, "one statement at a time: \(text)") }
        return statement
    }

    /// Steps a statement; true while there is a row.
    func step(_ statement: SQLiteStatement) throws(DatabaseError) -> Bool {
        let code = sqlite3_step(statement.handle)
        if code == SQLITE_ROW {
            statement.meetRow()
            return true
        }
        if code == SQLITE_DONE { return false }
        throw Self.error(
            code,
            handle,
            doing: sqlite3_sql(statement.handle).map { String(cString: $0) } ?? "a statement"
        )
    }

    /// Ends a statement's run; its bindings stay.
    func reset(_ statement: SQLiteStatement) {
        sqlite3_reset(statement.handle)
    }

    /// Binds, runs to the end, and tells how many rows changed.
    func execute(_ text: String, _ values: [SQLValue] = [], as actor: StatementActor = .system) throws(DatabaseError)
        -> Int
    {
        let statement = try statement(text, as: actor)
        try statement.bind(values)
        defer { reset(statement) }
        while try step(statement) {}
        return statement.isReadOnly ? 0 : changes
    }

    /// Runs a statement that begins or ends a transaction.
    func run(_ control: Control) throws(DatabaseError) {
        let statement: SQLiteStatement
        if let prepared = controls[control.rawValue] {
            statement = prepared
        } else {
            statement = try prepare(control.text, as: .system)
            controls[control.rawValue] = statement
        }
        defer { reset(statement) }
        _ = try step(statement)
    }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes64(handle)) }

    /// The position of the last commit that this connection sees.
    func position() throws(DatabaseError) -> Position {
        guard let row = try values("SELECT timeline, sequence FROM pando_position").first,
            case .integer(let timeline) = row[0], case .integer(let sequence) = row[1]
        else { throw DatabaseError(.corrupt, "table pando_position is empty: restore the file from a backup") }
        return Position(timeline: timeline, sequence: sequence)
    }

    /// Runs a statement of Pando's own.
    func run(_ text: String, _ values: [SQLValue] = []) throws(DatabaseError) {
        _ = try execute(text, values)
    }

    /// All rows of a statement of Pando's own.
    func values(_ text: String, _ parameters: [SQLValue] = []) throws(DatabaseError) -> [[SQLValue]] {
        let statement = try statement(text, as: .system)
        try statement.bind(parameters)
        defer { reset(statement) }
        var rows: [[SQLValue]] = []
        while try step(statement) { rows.append((0..<statement.columnCount).map(statement.value(at:))) }
        return rows
    }

    // MARK: Limits

    /// Limits the statements that follow; a statement past its limit fails with code SQLITE_INTERRUPT.
    func limitStatements(_ limit: StatementBudget) {
        budget = limit
    }

    /// Whether the last interruption came from the inline budget, not from the deadline.
    var exceededInlineBudget: Bool { budget.exceededInline }

    private func installProgressHandler() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            handle,
            StatementBudget.instructionsPerCall,
            { context in
                guard let context else { return 0 }
                return Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue().budget.spend() ? 0 : 1
            },
            context
        )
    }

    private func installAuthorizer() {
        sqlite3_set_authorizer(
            handle,
            { context, action, first, second, _, _ in
                guard let context else { return SQLITE_DENY }
                return Unmanaged<TableRules>.fromOpaque(context).takeUnretainedValue().allows(action, first, second)
                    ? SQLITE_OK : SQLITE_DENY
            },
            Unmanaged.passUnretained(rules).toOpaque()
        )
    }

    // MARK: Maintenance

    /// The raw connection, for the backup API.
    var raw: OpaquePointer { handle }
}

private func isSpace(_ character: CChar) -> Bool {
    character == 32 || (9...13).contains(character) || character == 59
}
