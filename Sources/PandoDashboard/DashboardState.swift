import PandoTelemetry

/// What the page shows apart from the traces, as JSON.
struct DashboardState: Encodable {
    /// Seconds since 1970.
    let now: Double
    let intervalSeconds: Double
    let facts: DashboardFacts
    let health: HealthReport
    let history: HistorySlice
    /// How far back the tables look.
    let windowSeconds: Double
    let routes: [RouteRow]
    let caches: [CacheRow]
    let queues: [QueueRow]
    let processors: Double?
    let maximumDescriptors: Double?
}

/// One route and method over the window.
struct RouteRow: Encodable, Equatable {
    let route: String
    let method: String
    let requestsPerSecond: Double
    let clientErrorsPerSecond: Double
    let serverErrorsPerSecond: Double
    let p50: Double?
    let p95: Double?
    let p99: Double?
    /// Requests since the process started.
    let total: Double

    /// The routes by their part of the load: requests a second times their mean time, greatest first; at most 100.
    static func rows(_ window: MetricsWindow) -> [RouteRow] {
        let metrics = ["pando_http_requests", "pando_http_request_duration_seconds"]
        let rows = window.grouped(metrics, by: ["route", "method"]).map { key, here -> (load: Double, row: RouteRow) in
            let times = here.histogram("pando_http_request_duration_seconds")
            let row = RouteRow(
                route: key[0],
                method: key[1],
                requestsPerSecond: here.rate("pando_http_requests") ?? 0,
                clientErrorsPerSecond: here.rate("pando_http_requests") { $0.hasStatus(class: "4") } ?? 0,
                serverErrorsPerSecond: here.rate("pando_http_requests") { $0.hasStatus(class: "5") } ?? 0,
                p50: times?.percentile(0.5),
                p95: times?.percentile(0.95),
                p99: times?.percentile(0.99),
                total: here.later.sum("pando_http_requests") ?? 0
            )
            return (times?.sum ?? 0, row)
        }
        return rows.sorted { ($0.load, $0.row.total, $1.row.route) > ($1.load, $1.row.total, $0.row.route) }
            .prefix(100).map(\.row)
    }
}

/// One cache over the window.
struct CacheRow: Encodable, Equatable {
    let cache: String
    let hitsPerSecond: Double
    let missesPerSecond: Double
    let evictionsPerSecond: Double
    let bytes: Double?
    let loadP99: Double?

    /// The caches by name; at most 100.
    static func rows(_ window: MetricsWindow) -> [CacheRow] {
        let metrics = ["hits", "misses", "evictions", "bytes", "load_duration_seconds"].map { "pando_cache_" + $0 }
        return window.grouped(metrics, by: ["cache"]).sorted { $0.key[0] < $1.key[0] }.prefix(100).map { key, here in
            CacheRow(
                cache: key[0],
                hitsPerSecond: here.rate("pando_cache_hits") ?? 0,
                missesPerSecond: here.rate("pando_cache_misses") ?? 0,
                evictionsPerSecond: here.rate("pando_cache_evictions") ?? 0,
                bytes: here.later.sum("pando_cache_bytes"),
                loadP99: here.histogram("pando_cache_load_duration_seconds")?.percentile(0.99)
            )
        }
    }
}

/// One topic's group of consumers over the window.
struct QueueRow: Encodable, Equatable {
    let topic: String
    let group: String
    let ready: Double
    let oldestAgeSeconds: Double
    let processedPerSecond: Double
    let failedPerSecond: Double
    let dead: Double

    /// The groups by topic; at most 100.
    static func rows(_ window: MetricsWindow) -> [QueueRow] {
        let metrics = ["ready", "oldest_age_seconds", "processed", "dead"].map { "pando_messages_" + $0 }
        let groups = window.grouped(metrics, by: ["topic", "group"])
        return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.prefix(100).map { key, here in
            QueueRow(
                topic: key[0],
                group: key[1],
                ready: here.later.sum("pando_messages_ready") ?? 0,
                oldestAgeSeconds: here.later.maximum("pando_messages_oldest_age_seconds") ?? 0,
                processedPerSecond: here.rate("pando_messages_processed") ?? 0,
                failedPerSecond: here.rate("pando_messages_processed", where: isFailure) ?? 0,
                dead: here.later.sum("pando_messages_dead") ?? 0
            )
        }
    }

    private static func isFailure(_ series: SeriesSnapshot) -> Bool {
        !["ok", "duplicate"].contains(series[label: "outcome"])
    }
}
