/// Runs the statements of one transaction on a connection that was taken for it.
///
/// The transaction begins with its first statement, in the same round trip. Until its end only flushes are asked for, so that
/// it has one Sync (docs of libpq, "Pipeline Mode").
final class PostgresRunner: StatementRunner {
    /// How a commit ended.
    enum CommitEnd {
        /// Nothing was asked of the server.
        case nothing
        case committed(Position)
        case rolledBack(DatabaseError)
        case unknown(DatabaseError)
    }

    private var connection: PostgresConnection
    private let core: PostgresCore
    /// What the transaction begins with.
    private let beginning: [PostgresConnection.Command]
    private var hasBegun = false
    /// When it is ended at the latest.
    private let deadline: ContinuousClock.Instant
    /// Whether the connection may still be exchanged for another: a read whose first statement has not come back yet.
    private var isFresh: Bool

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
        self.beginning = [.control(beginning)] + (core.settings(for: limit).map { [.text($0)] } ?? [])
        self.deadline = deadline
        isFresh = beginning == .beginRead
        connection.limit(to: deadline)
    }

    var engine: SQLEngine { .postgres }

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

    /// Statements of one flight: what the server has not taken yet is held in memory.
    private static let flightSize = 256

    func execute(_ statements: [SQL], as actor: StatementActor) async throws -> [Int] {
        var changes: [Int] = []
        changes.reserveCapacity(statements.count)
        for start in stride(from: 0, to: statements.count, by: Self.flightSize) {
            let flight = statements[start..<min(start + Self.flightSize, statements.count)]
            changes += try await results(of: flight, as: actor).map { $0.0.changes }
        }
        return changes
    }

    private func result(of sql: SQL, as actor: StatementActor) async throws -> (PostgresResult, StatementShape) {
        do {
            return try await results(of: [sql], as: actor)[0]
        } catch {
            // Nothing of the read has been seen yet, so it may as well begin on another connection.
            guard isFresh, let failure = error.underlying as? PostgresFailure,
                failure.isLostConnection || failure.isStalePlan
            else { throw error }
            try await exchangeConnection()
            return try await result(of: sql, as: actor)
        }
    }

    /// Runs statements one after the other in one round trip.
    private func results(
        of statements: ArraySlice<SQL>,
        as actor: StatementActor
    ) async throws(DatabaseError) -> [(PostgresResult, StatementShape)] {
        var commands: [PostgresConnection.Command] = []
        var executions: [(place: Int, shape: StatementShape)] = []
        var new: [StatementShape] = []
        for sql in statements {
            try core.checker.check(sql.text, as: actor)
            // What the server has to parse first interrupts the flight, once in the life of the process.
            let (shape, parameters) = try await prepare(sql)
            let (name, isNew) = connection.name(of: shape)
            if isNew {
                commands.append(.prepare(name: name, text: shape.text, types: shape.parameterTypes))
                new.append(shape)
            }
            executions.append((commands.count, shape))
            commands.append(.execute(name: name, parameters))
        }
        let begin = takeBegin()
        do throws(DatabaseError) {
            let results = try await fly(begin + commands, statements[statements.startIndex])
            isFresh = false
            return executions.map { (results[begin.count + $0.place], $0.shape) }
        } catch {
            for shape in new { connection.note(shape, as: nil) }
            if (error.underlying as? PostgresFailure)?.isStalePlan ?? false {
                for sql in statements { core.shapes[sql.text] = nil }
            }
            throw error
        }
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
        let results = try await fly(
            takeBegin() + [.prepare(name: name, text: text, types: types), .describe(name: name)],
            sql
        )
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

    private func takeBegin() -> [PostgresConnection.Command] {
        defer { hasBegun = true }
        return hasBegun ? [] : beginning
    }

    private func fly(_ commands: [PostgresConnection.Command], _ sql: SQL) async throws(DatabaseError)
        -> [PostgresResult]
    {
        switch await connection.fly(commands) {
        case .lost(let failure), .unsent(let failure): throw DatabaseError(failure, doing: sql.text)
        case .landed(let results, _):
            if let failure = results.lazy.compactMap(\.failure).first { throw DatabaseError(failure, doing: sql.text) }
            return results
        }
    }

    // MARK: The end

    /// Makes the transaction durable. Never cancelled: what is in flight then has an outcome.
    func commit(until deadline: ContinuousClock.Instant) async -> CommitEnd {
        guard hasBegun else { return .nothing }
        connection.limit(to: max(deadline, .now), isCommitting: true)
        // The position is read after the Sync: before it the commit's own record may not be in the log yet.
        switch await connection.fly([.control(.commit), .sync, .control(.position), .sync]) {
        case .lost(let failure): return Self.lost(failure)
        // Without its COMMIT the server rolls a transaction back.
        case .unsent(let failure): return .rolledBack(DatabaseError(failure, doing: "COMMIT"))
        case .landed(let results, let warned): return end(results, warned)
        }
    }

    private static func lost(_ failure: PostgresFailure) -> CommitEnd {
        let text = "the connection was lost in COMMIT; whether it happened is not known"
        return .unknown(DatabaseError(.outcomeUnknown, text, underlying: failure))
    }

    private func end(_ results: [PostgresResult], _ warned: Bool) -> CommitEnd {
        if let failure = results[0].failure {
            let error = DatabaseError(failure, doing: "COMMIT")
            if failure.isLostConnection { return Self.lost(failure) }
            return error.code == .outcomeUnknown ? .unknown(error) : .rolledBack(error)
        }
        guard results[0].command == "COMMIT" else {
            return .rolledBack(DatabaseError(.engine, "the server rolled the transaction back at its COMMIT"))
        }
        if warned {
            return .unknown(
                DatabaseError(
                    .outcomeUnknown,
                    "the commit is on the primary's disk, but the server stopped waiting for its replicas: "
                        + "a failover may forget it"
                )
            )
        }
        guard results[1].failure == nil, case .integer(let sequence) = results[1].value(0, 0) else {
            return .committed(Position(timeline: connection.timeline, sequence: 0))
        }
        return .committed(Position(timeline: connection.timeline, sequence: sequence))
    }

    /// Ends the transaction without effect, and gives the connection back when the server has done so.
    func rollBack() {
        leave(by: [.sync, .control(.rollBack), .sync])
    }

    /// Ends a read that went well.
    func endRead() {
        leave(by: [.control(.commit), .sync])
    }

    private func leave(by commands: [PostgresConnection.Command]) {
        let (connection, pool) = (connection, core.pool)
        guard hasBegun else { return pool.give(connection) }
        connection.limit(to: .now + .seconds(5), isCommitting: true)
        connection.send(commands) { _ in pool.give(connection) }
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
