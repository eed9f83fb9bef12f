import Synchronization

/// The writes of this process to one database, whatever its engine: how many there are, which tasks are inside one, and how far
/// they have come.
final class Writes: Sendable {
    private let maximum: Int
    private let metrics: DatabaseMetrics
    private let count = Atomic<Int>(0)
    private let last = Mutex(Position(timeline: 0, sequence: 0))
    /// Where the tasks that are inside a write began it.
    private let sites = Mutex<[Int: CallSite]>([:])

    init(maximum: Int, metrics: DatabaseMetrics) {
        self.maximum = maximum
        self.metrics = metrics
    }

    /// Writes that wait or are in progress.
    var pending: Int { count.load(ordering: .relaxed) }

    /// The position of the last acknowledged commit, or of where the database was when it was opened.
    var position: Position { last.withLock { $0 } }

    func begin(at position: Position) {
        last.withLock { $0 = position }
    }

    /// Runs one write, and does what its transaction has left to do.
    ///
    /// - Throws: ``DatabaseError``: `busy` where too many wait, `misused` inside another write of the same task; what the write throws.
    func run<R: Sendable>(at site: CallSite, _ perform: () async throws -> Performed<R>) async throws -> R {
        let pending = count.add(1, ordering: .relaxed).newValue
        defer { count.subtract(1, ordering: .relaxed) }
        guard pending <= maximum else {
            metrics.refused()
            throw DatabaseError(.busy, "\(maximum) writes wait already")
        }
        let performed = try await alone(at: site, perform)
        if case .committed(let reached) = performed.outcome {
            last.withLock { $0 = max($0, reached) }
            PositionScope.current?.advance(to: reached)
        }
        return try await performed.conclude(metrics)
    }

    /// Another write of the same task inside this one would wait for what it holds, or for nothing at all and commit alone.
    private func alone<R>(at site: CallSite, _ perform: () async throws -> R) async throws -> R {
        // What tells the running task from all others that are alive. There is always one here.
        guard let task = withUnsafeCurrentTask(body: { $0?.hashValue }) else { return try await perform() }
        let outer = sites.withLock { sites -> CallSite? in
            if let outer = sites[task] { return outer }
            sites[task] = site
            return nil
        }
        if let outer {
            metrics.failed(.rolledBack)
            throw DatabaseError(
                .misused,
                "a write inside the write at \(outer), which it would wait for: pass the transaction on instead"
            )
        }
        defer { sites.withLock { $0[task] = nil } }
        return try await perform()
    }
}
