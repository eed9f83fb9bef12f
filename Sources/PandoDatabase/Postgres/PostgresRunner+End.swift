extension PostgresRunner {
    /// How a commit ended.
    enum CommitEnd {
        /// Nothing was asked of the server.
        case nothing
        case committed(Position)
        case rolledBack(DatabaseError)
        case unknown(DatabaseError)
    }

    /// Makes the transaction durable. Never cancelled: what is in flight then has an outcome.
    func commit(until deadline: ContinuousClock.Instant) async -> CommitEnd {
        guard hasBegun || !queued.isEmpty else { return .nothing }
        let flight: LoadedFlight
        do {
            flight = try await load(takeQueued())
        } catch {
            return await rolledBack(by: error)
        }
        let before = takeBegin() + flight.commands
        connection.limit(to: max(deadline, .now), isCommitting: true)
        // The position is read after the Sync: before it the commit's own record may not be in the log yet.
        let landing = await connection.fly(before + [.control(.commit), .sync, .control(.position), .sync])
        switch landing {
        case .lost(let failure): return Self.lost(failure)
        // Without its COMMIT the server rolls a transaction back.
        case .unsent(let failure): return .rolledBack(DatabaseError(failure, doing: "COMMIT"))
        case .landed(let results, let warned):
            do {
                _ = try landed(landing, of: flight, after: before.count - flight.commands.count)
            } catch {
                if (error.underlying as? PostgresFailure)?.isLostConnection ?? false { return .rolledBack(error) }
                return await rolledBack(by: error)
            }
            return end(commit: results[before.count], position: results[before.count + 1], warned)
        }
    }

    /// Ends a transaction of which a statement has failed, before its connection is given back.
    private func rolledBack(by error: DatabaseError) async -> CommitEnd {
        if hasBegun { _ = await connection.fly([.sync, .control(.rollBack), .sync]) }
        return .rolledBack(error)
    }

    private static func lost(_ failure: PostgresFailure) -> CommitEnd {
        let text = "the connection was lost in COMMIT; whether it happened is not known"
        return .unknown(DatabaseError(.outcomeUnknown, text, underlying: failure))
    }

    private func end(commit: PostgresResult, position: PostgresResult, _ warned: Bool) -> CommitEnd {
        if let failure = commit.failure {
            let error = DatabaseError(failure, doing: "COMMIT")
            if failure.isLostConnection { return Self.lost(failure) }
            return error.code == .outcomeUnknown ? .unknown(error) : .rolledBack(error)
        }
        guard commit.command == "COMMIT" else {
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
        guard position.failure == nil, case .integer(let sequence) = position.value(0, 0) else {
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
}
