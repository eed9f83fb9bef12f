import PandoTelemetry

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension DashboardSource {
    /// Everything that the page shows apart from the traces, with the history after `since` (seconds since 1970).
    func state(since: Double) async -> DashboardState {
        let health = await health.report()
        let window = history.lastMinute()
        return DashboardState(
            now: Date.now.timeIntervalSince1970,
            intervalSeconds: Double(DashboardHistory.interval.components.seconds),
            facts: facts,
            health: health,
            history: history.slice(since: since),
            windowSeconds: min(window.seconds, 60),
            routes: RouteRow.rows(window),
            caches: CacheRow.rows(window),
            queues: QueueRow.rows(window),
            processors: window.later.sum("process_processors"),
            maximumDescriptors: window.later.sum("process_max_fds").flatMap { $0.isFinite ? $0 : nil }
        )
    }

    /// The lists of traces.
    func traceLists() -> TraceLists {
        TraceLists(
            slowest: traces.slowestTraces.prefix(TraceLists.maximum).map(TraceSummary.init),
            failed: traces.failedTraces.prefix(TraceLists.maximum).map(TraceSummary.init),
            recent: traces.recentTraces.prefix(TraceLists.maximum).map(TraceSummary.init)
        )
    }
}

/// Traces by what makes them worth a look.
struct TraceLists: Encodable {
    /// How many of each the page shows.
    static let maximum = 50

    let slowest: [TraceSummary]
    let failed: [TraceSummary]
    let recent: [TraceSummary]
}
