import Synchronization

@testable import PandoTelemetry

/// The clocks of a trace, moved by the test.
final class ManualClock: Sendable {
    private let nanoseconds = Atomic<UInt64>(5_000_000_000)
    /// 2026-11-21T08:00:00Z when the clock starts.
    static let wallOffset: UInt64 = 1_795_248_000_000_000_000 - 5_000_000_000

    func advance(by duration: Duration) {
        nanoseconds.wrappingAdd(UInt64((duration.inSeconds * 1e9).rounded()), ordering: .relaxed)
    }

    var clock: TelemetryClock {
        TelemetryClock(
            monotonic: { self.nanoseconds.load(ordering: .relaxed) },
            wall: { self.nanoseconds.load(ordering: .relaxed) + Self.wallOffset }
        )
    }

    /// A store that runs by this clock.
    func store(
        _ configuration: TraceStore.Configuration = .init(),
        metrics: MetricsRegistry = MetricsRegistry(),
        export: (@Sendable (TraceRecord) -> Void)? = nil
    ) -> TraceStore {
        TraceStore(
            configuration: configuration,
            metrics: metrics,
            clock: clock,
            ids: TraceIDGenerator(seed: 1, prefix: 1),
            export: export
        )
    }
}
