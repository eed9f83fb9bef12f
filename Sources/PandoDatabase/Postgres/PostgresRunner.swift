/// Runs the statements of one transaction on a connection that was taken for it.
///
/// The transaction begins with its first statement, in the same round trip. Until its end only flushes are asked for, so that
/// it has one Sync (docs of libpq, "Pipeline Mode").
final class PostgresRunner: StatementRunner {
    private(set) var connection: PostgresConnection
    let core: PostgresCore
    /// What the transaction begins with.
    private let beginning: [PostgresConnection.Command]
    private(set) var hasBegun = false
    /// When it is ended at the latest.
    private let deadline: ContinuousClock.Instant
    /// Whether the connection may still be exchanged for another: a read whose first statement has not come back yet.
    private var isFresh: Bool
    /// What goes with the next flight.
    private(set) var queued: [QueuedStatement] = []
    /// Whether a statement has failed that can only have done so because another transaction was faster.
    private(set) var isOvertaken = false

    /// - Parameter deadline: When the transaction is ended at the latest.
    init(
        _ connection: PostgresConnection,
        of core: PostgresCore,
        beginning: PostgresControl,
        limit: Duration,
        until deadline: ContinuousClock.Instant
    ) {
        self.connection = connection
        self.core = core
        let isRead = beginning == .beginRead
        self.beginning = [.control(beginning)] + (core.settings(for: limit, isRead: isRead).map { [.text($0)] } ?? [])
        self.deadline = deadline
        isFresh = isRead
        connection.limit(to: deadline)
    }

    var engine: SQLEngine { .postgres }

    var logNumbers: LogNumbers { core.incarnation.logNumbers }

    var othersWait: Bool { false }

    var announcements: PostgresAnnouncements? { core.announcements }

    func run(
        _ sql: SQL,
        as actor: StatementActor,
        limit: Int,
        _ body: (borrowing Row) throws -> Void
    ) async throws {
        let (result, shape) = try await result(of: sql, as: actor)
        try result.forEachRow(of: shape, limit: limit, body)
    }

    func execute(_ sql: SQL, as actor: StatementActor) async throws -> Int {
        try await result(of: sql, as: actor).0.changes
    }

    func execute(_ statements: [SQL], as actor: StatementActor) async throws -> [Int] {
        for sql in statements { try core.checker.check(sql.text, as: actor) }
        var changes: [Int] = []
        changes.reserveCapacity(statements.count)
        for start in stride(from: 0, to: statements.count, by: Self.flightSize) {
            let flight = statements[start..<min(start + Self.flightSize, statements.count)]
            changes += try await results(of: flight.map { QueuedStatement(sql: $0) }).map { $0.0.changes }
        }
        return changes
    }

    /// Statements of one flight: what the server has not taken yet is held in memory.
    private static let flightSize = 256

    func enqueue(_ sql: SQL, as actor: StatementActor, beginningAnewOnDuplicate: Bool) async throws {
        try core.checker.check(sql.text, as: actor)
        queued.append(QueuedStatement(sql: sql, beginsAnewOnDuplicate: beginningAnewOnDuplicate))
        if queued.count >= Self.flightSize { try await flush() }
    }

    func flush() async throws {
        if !queued.isEmpty { _ = try await results(of: []) }
    }

    private func result(of sql: SQL, as actor: StatementActor) async throws -> (PostgresResult, StatementShape) {
        try core.checker.check(sql.text, as: actor)
        do {
            return try await results(of: [QueuedStatement(sql: sql)])[0]
        } catch {
            // Nothing of the read has been seen yet, so it may as well begin on another connection.
            guard isFresh, let failure = error.underlying as? PostgresFailure,
                failure.isLostConnection || failure.isStalePlan
            else { throw error }
            try await exchangeConnection()
            return try await result(of: sql, as: actor)
        }
    }

    /// Runs statements one after the other in one round trip, behind those that were enqueued; their results.
    private func results(
        of statements: [QueuedStatement]
    ) async throws(DatabaseError) -> [(PostgresResult, StatementShape)] {
        let flight = try await load(takeQueued() + statements)
        let begin = takeBegin()
        let results = try landed(await connection.fly(begin + flight.commands), of: flight, after: begin.count)
        isFresh = false
        return flight.executions.suffix(statements.count).map { (results[begin.count + $0.place], $0.shape) }
    }

    func takeQueued() -> [QueuedStatement] {
        defer { queued = [] }
        return queued
    }

    /// Makes statements ready to be sent.
    func load(_ statements: [QueuedStatement]) async throws(DatabaseError) -> LoadedFlight {
        var flight = LoadedFlight()
        for statement in statements {
            // What the server has to parse first interrupts the flight, once in the life of the process.
            let (shape, parameters) = try await prepare(statement.sql)
            let (name, isNew) = connection.name(of: shape)
            if isNew {
                flight.commands.append(.prepare(name: name, text: shape.text, types: shape.parameterTypes))
                flight.new.append(shape)
            }
            flight.executions.append((flight.commands.count, statement, shape))
            flight.commands.append(.execute(name: name, parameters))
        }
        return flight
    }

    /// The results of a flight, in the order of its commands.
    ///
    /// - Parameter first: How many commands went before those of `flight`.
    /// - Throws: ``DatabaseError`` of the first that failed.
    func landed(
        _ landing: PostgresConnection.Landing,
        of flight: LoadedFlight,
        after first: Int
    ) throws(DatabaseError) -> [PostgresResult] {
        let failure: PostgresFailure
        var place = 0
        switch landing {
        case .lost(let reason), .unsent(let reason): failure = reason
        case .landed(let results, _):
            let end = first + flight.commands.count
            guard let failed = results[..<end].firstIndex(where: { $0.failure != nil }),
                let reason = results[failed].failure
            else { return results }
            (failure, place) = (reason, failed - first)
        }
        for shape in flight.new { connection.note(shape, as: nil) }
        if failure.isStalePlan {
            for execution in flight.executions { core.shapes[execution.statement.sql.text] = nil }
        }
        let statement = (flight.executions.first { $0.place >= place } ?? flight.executions.last)?.statement
        let error = DatabaseError(failure, doing: statement?.sql.text ?? flight.subject)
        if error.code == .constraintViolated(.unique), statement?.beginsAnewOnDuplicate ?? false { isOvertaken = true }
        throw error
    }

    private func exchangeConnection() async throws {
        isFresh = false
        rollBack()
        connection = try await core.pool.take()
        connection.limit(to: deadline)
        hasBegun = false
    }

    /// What the server knows of the statement, and its values in the form that it wants.
    private func prepare(_ sql: SQL) async throws(DatabaseError) -> (StatementShape, PostgresParameters) {
        var shape: StatementShape
        if let known = core.shapes[sql.text] { shape = known } else { shape = try await learn(sql, declaring: []) }
        while true {
            try Self.checkCount(shape.parameterTypes.count, sql.values)
            var misfit = 0
            if let parameters = try PostgresParameters(sql.values, as: shape.parameterTypes, misfit: &misfit) {
                return (shape, parameters)
            }
            shape = try await learn(sql, declaring: try Self.types(shape, declaring: misfit, of: sql.values))
        }
    }

    /// Lets the server parse a statement that it, or this process, sees for the first time.
    private func learn(_ sql: SQL, declaring types: [UInt32]) async throws(DatabaseError) -> StatementShape {
        let (text, count) = Placeholders.numbered(sql.text)
        try Self.checkCount(count, sql.values)
        let name = connection.newName()
        let begin = takeBegin()
        var flight = LoadedFlight()
        flight.commands = [.prepare(name: name, text: text, types: types), .describe(name: name)]
        flight.subject = sql.text
        let results = try await landed(connection.fly(begin + flight.commands), of: flight, after: begin.count)
        let description = results[results.count - 1]
        let shape = try StatementShape(
            text: text,
            declaring: types,
            description: description
        )
        core.shapes[sql.text] = shape
        connection.note(shape, as: name)
        return shape
    }

    func takeBegin() -> [PostgresConnection.Command] {
        defer { hasBegun = true }
        return hasBegun ? [] : beginning
    }

    // MARK: Parameters

    static func checkCount(_ count: Int, _ values: [SQLValue]) throws(DatabaseError) {
        guard values.count == count else {
            throw DatabaseError(
                .statementRefused,
                "the statement has \(count) placeholders for \(values.count) interpolated values; "
                    + "write values as \\(value), never as ?"
            )
        }
    }

    /// The types of a statement's parameters with one declared as what its value is by itself, since it does not fit what the
    /// server inferred: then the server says whether that can be.
    static func types(
        _ shape: StatementShape,
        declaring misfit: Int,
        of values: [SQLValue]
    ) throws(DatabaseError) -> [UInt32] {
        guard let natural = PostgresType(of: values[misfit]), shape.parameterTypes[misfit] != natural.rawValue else {
            throw DatabaseError(
                .constraintViolated(.dataType),
                "parameter \(misfit + 1) is \(values[misfit].kind), which does not fit: \(shape.text)"
            )
        }
        // The others stay for the server to infer: with this one declared it may come to another answer.
        var types = shape.declaredTypes
        types[misfit] = natural.rawValue
        return types
    }
}

/// A statement that waits for the next flight.
struct QueuedStatement {
    let sql: SQL
    /// Whether a duplicate can only be there because another transaction was faster.
    var beginsAnewOnDuplicate = false
}

/// Statements as commands.
struct LoadedFlight {
    var commands: [PostgresConnection.Command] = []
    /// Where among the commands each statement is run.
    var executions: [(place: Int, statement: QueuedStatement, shape: StatementShape)] = []
    /// What is prepared on the way.
    var new: [StatementShape] = []
    /// What to name in errors where no statement is run.
    var subject = "BEGIN"
}
