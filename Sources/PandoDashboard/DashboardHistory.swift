import DequeModule
import PandoTelemetry
public import ServiceLifecycle
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The last hour of a process, sampled every two seconds while it runs.
///
/// Bounded: 1800 samples of 26 series, about 200 KB, and seven full readings for the tables of the last minute.
public final class DashboardHistory: Service {
    /// The time between two samples.
    static let interval: Duration = .seconds(2)
    private static let capacity = 1800
    /// Full readings for the tables: one in 10 seconds, the oldest a minute old.
    private static let readingSeconds = 10.0
    private static let windowSeconds = 60.0

    private struct State {
        var ring = HistoryRing(capacity: DashboardHistory.capacity)
        var last: MetricsReading?
        var readings: Deque<MetricsReading> = []
    }

    private let metrics: MetricsRegistry
    private let state = Mutex(State())
    private let started = ContinuousClock.now

    init(metrics: MetricsRegistry) {
        self.metrics = metrics
    }

    /// Samples until the process stops.
    public func run() async throws {
        // Cancelled by the shutdown, which is the only way out: there is nothing to finish.
        try? await cancelWhenGracefulShutdown {
            while true {
                self.sample(time: self.now, wall: Date.now.timeIntervalSince1970)
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Takes one sample.
    ///
    /// - Parameters:
    ///   - time: Seconds of a clock that never goes back.
    ///   - wall: Seconds since 1970.
    func sample(time: Double, wall: Double) {
        let reading = MetricsReading(metrics.snapshot(), time: time)
        state.withLock { state in
            if let last = state.last {
                let window = MetricsWindow(earlier: last, later: reading)
                state.ring.append(time: wall) { $0.value(in: window) }
            }
            state.last = reading
            if let newest = state.readings.last, time - newest.time < Self.readingSeconds { return }
            state.readings.append(reading)
            // The one that is just older than the window stays: the window begins with it.
            while state.readings.count > 1, time - state.readings[1].time >= Self.windowSeconds {
                state.readings.removeFirst()
            }
        }
    }

    /// The samples after `since`, in seconds since 1970.
    func slice(since: Double) -> HistorySlice { state.withLock { $0.ring.slice(since: since) } }

    /// From about a minute ago, or from the first sample, until now.
    func lastMinute() -> MetricsWindow {
        let reading = MetricsReading(metrics.snapshot(), time: now)
        let earlier = state.withLock { $0.readings.first }
        return MetricsWindow(earlier: earlier ?? MetricsReading([], time: 0), later: reading)
    }

    private var now: Double {
        let elapsed = (ContinuousClock.now - started).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    }
}
