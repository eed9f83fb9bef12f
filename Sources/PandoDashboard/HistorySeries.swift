import PandoTelemetry

/// The series that the dashboard keeps a history of. The raw values are the names in its JSON.
enum HistorySeries: String, CaseIterable, Sendable {
    case requests, clientErrors, serverErrors, shed
    case p50, p90, p99
    case inFlight
    case cpu, memory, threads, descriptors
    case writeQueue, commits, rollbacks, commitP50, commitP99, batchSize, readers
    case cacheHits, cacheMisses, cacheBytes
    case ready, oldestAge, processed, dead

    /// The value over the window between two readings, or nil where nothing was measured. Rates are a second, times in
    /// seconds, the processor in cores.
    func value(in window: MetricsWindow) -> Double? {
        let now = window.later
        switch self {
        case .requests: return window.rate("pando_http_requests")
        case .clientErrors: return window.rate("pando_http_requests") { $0.hasStatus(class: "4") }
        case .serverErrors: return window.rate("pando_http_requests") { $0.hasStatus(class: "5") }
        // Requests over a client's rate are answered with 429 and among the client errors.
        case .shed: return window.rate("pando_http_shed") { $0[label: "reason"] != "rate" }
        case .p50: return requestTime(0.5, window)
        case .p90: return requestTime(0.9, window)
        case .p99: return requestTime(0.99, window)
        case .inFlight: return now.sum("pando_http_requests_in_flight")
        case .cpu: return window.rate("process_cpu_seconds")
        case .memory: return now.sum("process_resident_memory_bytes")
        case .threads: return now.sum("process_threads")
        case .descriptors: return now.sum("process_open_fds")
        case .writeQueue: return now.sum("pando_database_write_queue_depth")
        case .commits: return window.rate("pando_database_transactions") { $0[label: "outcome"] == "committed" }
        case .rollbacks: return window.rate("pando_database_transactions") { $0[label: "outcome"] != "committed" }
        case .commitP50: return window.histogram("pando_database_commit_duration_seconds")?.percentile(0.5)
        case .commitP99: return window.histogram("pando_database_commit_duration_seconds")?.percentile(0.99)
        case .batchSize: return window.histogram("pando_database_batch_size")?.mean
        case .readers: return now.sum("pando_database_readers_in_use")
        case .cacheHits: return window.rate("pando_cache_hits")
        case .cacheMisses: return window.rate("pando_cache_misses")
        case .cacheBytes: return now.sum("pando_cache_bytes")
        case .ready: return now.sum("pando_messages_ready")
        case .oldestAge: return now.maximum("pando_messages_oldest_age_seconds")
        case .processed: return window.rate("pando_messages_processed")
        case .dead: return now.sum("pando_messages_dead")
        }
    }

    private func requestTime(_ quantile: Double, _ window: MetricsWindow) -> Double? {
        window.histogram("pando_http_request_duration_seconds")?.percentile(quantile)
    }
}

extension HistogramSnapshot {
    /// The mean of the observations, or nil without any.
    var mean: Double? { count > 0 ? sum / Double(count) : nil }
}
