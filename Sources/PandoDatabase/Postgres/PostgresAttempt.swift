/// One attempt to run a closure as a transaction.
struct PostgresAttempt: Sendable {
    let core: PostgresCore
    let actor: StatementActor
    let site: CallSite
    let limit: Duration
    let isolation: IsolationLevel

    enum End<R: Sendable>: Sendable {
        case ended(Performed<R>)
        /// Nothing took effect, since another transaction was in the way or the connection was lost before the commit.
        case overtaken(any Error, [any CommitParticipant])
    }

    func run<R: Sendable>(_ body: @Sendable (Transaction) async throws -> R) async throws -> End<R> {
        let connection = try await core.pool.take()
        // On the thread that reads the connections, so that a statement's answer need not wake another.
        return try await withTaskExecutorPreference(core.poller) { try await run(on: connection, body) }
    }

    private func run<R: Sendable>(
        on connection: PostgresConnection,
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> End<R> {
        let deadline = ContinuousClock.now + limit
        let runner = PostgresRunner(
            connection,
            of: core,
            beginning: isolation == .serializable ? .begin : .beginReadCommitted,
            limit: limit,
            until: deadline
        )
        let transaction = Transaction(
            runner,
            as: actor,
            at: site,
            deadline: deadline,
            limit: limit,
            checksDeadline: true
        )
        let result: R
        do {
            result = try await body(transaction)
            try await transaction.prepareParticipants()
            try transaction.checkCommittable()
        } catch {
            transaction.end()
            runner.rollBack()
            let participants = transaction.preparedParticipants
            if runner.isOvertaken || isOvertaken(transaction.failure) { return .overtaken(error, participants) }
            return .ended(Performed(.failure(error), .rolledBack, participants))
        }
        transaction.end()
        return await commit(transaction, runner, connection, result)
    }

    private func commit<R: Sendable>(
        _ transaction: Transaction,
        _ runner: PostgresRunner,
        _ connection: PostgresConnection,
        _ result: R
    ) async -> End<R> {
        let participants = transaction.preparedParticipants
        let begun = ContinuousClock.now
        let end = await runner.commit(until: transaction.deadline)
        core.pool.give(connection)
        switch end {
        case .nothing:
            return .ended(
                Performed(.success(result), .committed(core.position), participants, actions: transaction.actions)
            )
        case .committed(let position):
            core.metrics.committed(1, took: begun.duration(to: .now))
            return .ended(Performed(.success(result), .committed(position), participants, actions: transaction.actions))
        case .rolledBack(let error):
            if runner.isOvertaken || isOvertaken(error) { return .overtaken(error, participants) }
            return .ended(Performed(.failure(error), .rolledBack, participants))
        case .unknown(let error): return .ended(Performed(.failure(error), .unknown, participants))
        }
    }

    private func isOvertaken(_ error: DatabaseError?) -> Bool {
        guard let failure = error?.underlying as? PostgresFailure else { return false }
        return failure.isSerialization || failure.isStalePlan || (failure.isLostConnection && failure.state != "25P03")
    }
}
