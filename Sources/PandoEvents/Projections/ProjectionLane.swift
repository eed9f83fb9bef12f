import PandoDatabase

/// Moves one generation of a read model on, a transaction at a time.
///
/// A batch, its effects and its checkpoint are one transaction. It holds no state that matters: after a crash between
/// any two steps the next lane reads the checkpoint and goes on.
struct ProjectionLane: Sendable {
    let model: KeptModel
    /// Which generation: the live one, or the one that is being built.
    let state: ProjectionRecord.State
    /// Most events or documents of one transaction.
    let batch: Int

    /// The lane in metrics, logs and health: the model's name, with a mark while a new generation of it is built.
    var label: String { state == .live ? model.name : "\(model.name) (rebuild)" }

    /// What a step came to.
    enum Outcome: Sendable, Equatable {
        /// There was nothing to do; no matching event up to this position.
        case idle(scanned: Int)
        /// There is something that may be done when the transactions end which are in progress.
        case unsettled
        /// A batch took effect.
        case moved(count: Int, lag: Int)
        /// The generation was complete and is live now.
        case swapped(count: Int)

        var isIdle: Bool { if case .idle = self { true } else { false } }
    }

    /// Transactions without a matching event after which the checkpoint is written all the same.
    private static let idleStride = 10_000

    /// How far apart the positions of so many transactions are, at most.
    private static func idleDistance(in tx: ReadTransaction) -> Int {
        switch tx.engine {
        case .sqlite: idleStride
        case .postgres: idleStride * LogNumbers.perTransaction
        }
    }

    /// Does one batch.
    /// - Parameter scanned: no event after the checkpoint up to here is of interest, as an earlier step found.
    /// - Throws: ``FeedFailure`` of the first event of a batch; those before a failing one take effect.
    func step(scanned: Int) async throws -> Outcome {
        if let quiet = try await look(scanned) { return quiet }
        return try await takeWhatSucceeds(isExact: false)
    }

    /// Does a batch; where something of it fails, what comes before that. What has failed is found by doing the batch again, exactly.
    private func takeWhatSucceeds(isExact: Bool) async throws -> Outcome {
        do {
            return try await take(batch, isExact: isExact)
        } catch let failure as FeedFailure where failure.isExact && failure.taken > 0 {
            return try await take(failure.taken, isExact: true)
        } catch  where !isExact && ((error as? FeedFailure)?.isExact == false || error is DatabaseError) {
            return try await takeWhatSucceeds(isExact: true)
        }
    }

    /// Whether there is nothing to do, found without a write: a write costs an fsync even where it changes nothing.
    private func look(_ scanned: Int) async throws -> Outcome? {
        try await model.database.read(.strong) { tx in
            let records = try await ProjectionRegistry.records(model.name, in: tx)
            guard let record = mine(records) else {
                return hasRest(records, in: tx) ? nil : .idle(scanned: scanned)
            }
            if state == .building { return nil }
            var through = max(scanned, record.position)
            var looks = 0
            while true {
                let pending = try await model.feed.pending(after: through, in: tx)
                if pending.hasWork || record.failure != nil { return nil }
                through = pending.through
                looks += 1
                // Two looks without an end have passed ten thousand events.
                if through - record.position >= Self.idleDistance(in: tx) || looks > 2 { return nil }
                if through >= pending.head { return pending.isUnsettled ? .unsettled : .idle(scanned: through) }
            }
        }
    }

    private func take(_ limit: Int, isExact: Bool) async throws -> Outcome {
        try await model.database.write(isolation: model.feed.isolation) { tx in
            let records = try await ProjectionRegistry.records(model.name, in: tx)
            guard let record = mine(records) else {
                if hasRest(records, in: tx) { try await model.clean(in: tx) }
                return .idle(scanned: 0)
            }
            // Refused if another process has moved the generation on: then there is something new to look at.
            guard try await ProjectionRegistry.claim(record, in: tx) else { return .moved(count: 0, lag: 0) }
            // On SQLite nothing is enqueued, it is done.
            let isExact = isExact || tx.engine == .sqlite
            let filled = try await model.feed.fill(record, limit: limit, isExact: isExact, in: tx)
            try await ProjectionRegistry.advance(record, to: filled.position, sourceAfter: filled.sourceAfter, in: tx)
            if state == .building, filled.isComplete {
                try await ProjectionRegistry.swap(to: record, in: tx)
                return .swapped(count: filled.count)
            }
            return .moved(count: filled.count, lag: filled.lag)
        }
    }

    /// The generation, if it is this program's to fill.
    private func mine(_ records: [ProjectionRecord]) -> ProjectionRecord? {
        records.last {
            $0.state == state && $0.version == model.feed.version && $0.shape == model.feed.shape
        }
    }

    /// Whether there is an old generation to be taken away, which whoever builds new ones does.
    private func hasRest(_ records: [ProjectionRecord], in tx: ReadTransaction) -> Bool {
        state == .building && records.contains { model.mayGo($0, in: tx) }
            && records.allSatisfy { $0.state == .retired || $0.version <= model.feed.version }
    }

    /// Writes down what stopped the generation.
    func recordFailure(_ error: any Error) async throws {
        try await model.database.write { tx in
            guard let record = mine(try await ProjectionRegistry.records(model.name, in: tx)) else { return }
            let text = "\(error)".replacing("\0", with: "").prefix(2000)
            try await ProjectionRegistry.fail(record, String(text), at: (error as? FeedFailure)?.position, in: tx)
        }
    }
}
