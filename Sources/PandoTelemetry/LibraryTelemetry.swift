import CoreMetrics
import Tracing

/// What libraries measure and trace through swift-metrics and swift-distributed-tracing.
public enum LibraryTelemetry {
    /// Collects it with what Pando measures and traces, from the whole process and for good.
    ///
    /// What the program has bootstrapped otherwise stays. `up` calls this before it serves.
    public static func collect(in metrics: MetricsRegistry, _ traces: TraceStore) {
        if MetricsSystem.factory is NOOPMetricsHandler { MetricsSystem.bootstrap(RegistryMetricsFactory(metrics)) }
        if InstrumentationSystem.instrument is NoOpInstrument { InstrumentationSystem.bootstrap(traces) }
    }
}
