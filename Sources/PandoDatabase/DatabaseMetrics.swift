import PandoTelemetry

/// What a database tells about itself.
///
/// | metric | kind | meaning |
/// |---|---|---|
/// | `pando_database_transactions_total{outcome}` | counter | writes by outcome: committed, rolled_back, unknown, refused |
/// | `pando_database_attempts_overtaken_total` | counter | attempts of writes that began anew since others were in the way |
/// | `pando_database_commit_duration_seconds` | histogram | one COMMIT with its fsync |
/// | `pando_database_batch_size` | histogram | transactions that shared one commit |
/// | `pando_database_write_queue_depth` | gauge | writes waiting or in progress |
/// | `pando_database_readers_in_use` | gauge | reads in progress |
struct DatabaseMetrics: Sendable {
    private let registry: MetricsRegistry
    private let committedCount: Counter
    private let rolledBackCount: Counter
    private let unknownCount: Counter
    private let refusedCount: Counter
    private let overtakenCount: Counter
    private let commitDuration: Histogram
    private let batchSize: Histogram

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        let transactions = registry.counter(
            "pando_database_transactions_total",
            help: "Write transactions by outcome",
            labels: ["outcome"]
        )
        committedCount = transactions.with("committed")
        rolledBackCount = transactions.with("rolled_back")
        unknownCount = transactions.with("unknown")
        refusedCount = transactions.with("refused")
        overtakenCount = registry.counter(
            "pando_database_attempts_overtaken_total",
            help: "Attempts of writes that began anew since others were in the way"
        ).with()
        commitDuration = registry.histogram(
            "pando_database_commit_duration_seconds",
            help: "Time of one COMMIT with its fsync"
        ).with()
        batchSize = registry.histogram(
            "pando_database_batch_size",
            help: "Transactions that shared one commit",
            buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
        ).with()
    }

    func committed(_ count: Int, took duration: Duration) {
        committedCount.increment(by: count)
        commitDuration.record(duration)
        batchSize.record(seconds: Double(count))
    }

    func failed(_ outcome: CommitOutcome) {
        switch outcome {
        case .committed: break
        case .rolledBack: rolledBackCount.increment()
        case .unknown: unknownCount.increment()
        }
    }

    func overtaken() { overtakenCount.increment() }

    func refused() { refusedCount.increment() }

    func observe(pending: @escaping @Sendable () -> Int, readers: @escaping @Sendable () -> Int) {
        registry.collect(
            "pando_database_write_queue_depth",
            help: "Writes waiting or in progress",
            kind: .gauge
        ) { [(labels: [], value: Double(pending()))] }
        registry.collect("pando_database_readers_in_use", help: "Reads in progress", kind: .gauge) {
            [(labels: [], value: Double(readers()))]
        }
    }
}
