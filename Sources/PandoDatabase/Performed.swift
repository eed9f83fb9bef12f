/// What a finished transaction leaves for its writer to do before it returns.
struct Performed<R: Sendable>: Sendable {
    let result: Result<R, any Error>
    let outcome: CommitOutcome
    let participants: [any CommitParticipant]
    let actions: [@Sendable () -> Void]

    init(
        _ result: Result<R, any Error>,
        _ outcome: CommitOutcome,
        _ participants: [any CommitParticipant],
        actions: [@Sendable () -> Void] = []
    ) {
        self.result = result
        self.outcome = outcome
        self.participants = participants
        self.actions = actions
    }

    /// Runs what is left to do, and hands the result over.
    func conclude(_ metrics: DatabaseMetrics) async throws -> R {
        metrics.failed(outcome)
        for action in actions { action() }
        for participant in participants { await participant.finish(outcome) }
        return try result.get()
    }
}
