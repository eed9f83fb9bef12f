import PandoDatabase

/// Fills an index anew from the domain's own tables, while the domain goes on putting documents into both generations.
///
/// Each batch reads the source and puts the documents in one transaction, so what it puts is as new as anything that
/// the domain can have put before.
struct SourceFeed: ReadModelFeed {
    let index: SearchIndex
    let source: SearchIndex.Source?
    /// Longest that one batch goes on putting documents, so that other writers get their turn.
    var budget: Duration = .milliseconds(25)

    var name: String { index.name }
    var version: Int { index.version }
    var shape: String { index.shape }
    var follows: Bool { false }
    var canBuild: Bool { source != nil }
    var ownsTables: Bool { true }

    func prepare(_ generation: Int, in tx: Transaction) async throws {
        try await index.prepare(generation, in: tx)
    }

    func discard(_ generation: Int, in tx: Transaction) async throws {
        try await index.discard(generation, in: tx)
    }

    func settle(_ generation: Int, in tx: Transaction) async throws {
        try await index.settle(generation, in: tx)
    }

    func pending(after position: Int, in tx: ReadTransaction) async throws -> PendingWork {
        PendingWork(hasWork: false, through: position, head: position)
    }

    func lag(after position: Int, upTo bound: Int, in tx: ReadTransaction) async throws -> Int { 0 }

    /// What it reads is changed at the same time by the domain, which puts it into the index too.
    var isolation: IsolationLevel { .serializable }

    func fill(_ record: ProjectionRecord, limit: Int, isExact: Bool, in tx: Transaction) async throws -> FilledBatch {
        guard let source else {
            throw EventsError(
                .invalidDeclaration,
                "index \(name) has no source to be rebuilt from; give it one where the app registers it"
            )
        }
        let documents = try await source(record.sourceAfter, limit, tx)
        let deadline = ContinuousClock.now + budget
        var taken = 0
        for document in documents {
            if let after = record.sourceAfter, document.id <= after {
                throw EventsError(
                    .invalidDeclaration,
                    "the source of index \(name) must give documents by rising id, each greater than `after`"
                )
            }
            do {
                try await index.put(document, to: record.generation, in: tx)
                if isExact { try await tx.system.flush() }
            } catch {
                let place = "document \(document.id)"
                throw FeedFailure(taken: taken, position: nil, place: place, underlying: error, isExact: isExact)
            }
            taken += 1
            if ContinuousClock.now >= deadline { break }
        }
        return FilledBatch(
            position: record.position,
            sourceAfter: documents.prefix(taken).map(\.id).max() ?? record.sourceAfter,
            count: taken,
            isComplete: documents.isEmpty,
            lag: documents.count - taken
        )
    }
}
