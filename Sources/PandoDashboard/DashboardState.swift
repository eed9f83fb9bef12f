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
        let groups = Dictionary(grouping: window.later.series("pando_http_requests")) { series in
            [series[label: "route"] ?? "", series[label: "method"] ?? ""]
        }
        let rows = groups.map { key, series -> (load: Double, row: RouteRow) in
            func isHere(_ series: SeriesSnapshot) -> Bool {
                series[label: "route"] == key[0] && series[label: "method"] == key[1]
            }
            func rate(_ digit: Character) -> Double {
                window.rate("pando_http_requests") { isHere($0) && $0.hasStatus(class: digit) } ?? 0
            }
            let times = window.histogram("pando_http_request_duration_seconds", where: isHere)
            let row = RouteRow(
                route: key[0],
                method: key[1],
                requestsPerSecond: window.rate("pando_http_requests", where: isHere) ?? 0,
                clientErrorsPerSecond: rate("4"),
                serverErrorsPerSecond: rate("5"),
                p50: times?.percentile(0.5),
                p95: times?.percentile(0.95),
                p99: times?.percentile(0.99),
                total: series.reduce(0) { $0 + $1.value.number }
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
        let metrics = ["pando_cache_hits", "pando_cache_misses", "pando_cache_bytes"]
        let names = Set(metrics.flatMap { window.later.series($0) }.compactMap { $0[label: "cache"] })
        return names.sorted().prefix(100).map { name in
            func isHere(_ series: SeriesSnapshot) -> Bool { series[label: "cache"] == name }
            return CacheRow(
                cache: name,
                hitsPerSecond: window.rate("pando_cache_hits", where: isHere) ?? 0,
                missesPerSecond: window.rate("pando_cache_misses", where: isHere) ?? 0,
                evictionsPerSecond: window.rate("pando_cache_evictions", where: isHere) ?? 0,
                bytes: window.later.sum("pando_cache_bytes", where: isHere),
                loadP99: window.histogram("pando_cache_load_duration_seconds", where: isHere)?.percentile(0.99)
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
        let metrics = ["pando_messages_ready", "pando_messages_processed", "pando_messages_dead"]
        let keys = Set(
            metrics.flatMap { window.later.series($0) }.map { [$0[label: "topic"] ?? "", $0[label: "group"] ?? ""] }
        )
        return keys.sorted { $0.lexicographicallyPrecedes($1) }.prefix(100).map { key in
            func isHere(_ series: SeriesSnapshot) -> Bool {
                series[label: "topic"] == key[0] && series[label: "group"] == key[1]
            }
            func isFailure(_ series: SeriesSnapshot) -> Bool {
                isHere(series)
                    && !["ok", "processed", "acknowledged", "succeeded", "duplicate"].contains(series[label: "outcome"])
            }
            return QueueRow(
                topic: key[0],
                group: key[1],
                ready: window.later.sum("pando_messages_ready", where: isHere) ?? 0,
                oldestAgeSeconds: window.later.sum("pando_messages_oldest_age_seconds", where: isHere) ?? 0,
                processedPerSecond: window.rate("pando_messages_processed", where: isHere) ?? 0,
                failedPerSecond: window.rate("pando_messages_processed", where: isFailure) ?? 0,
                dead: window.later.sum("pando_messages_dead", where: isHere) ?? 0
            )
        }
    }
}
