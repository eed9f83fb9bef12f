import AsyncHTTPClient
public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Sends traces to an OpenTelemetry collector: OTLP over HTTP in JSON.
///
/// A service: run it beside the others, and give ``offer(_:)`` to the ``TraceStore``. What waits is bounded; a
/// collector that is slow or away costs traces, never memory or a request's time. Failed batches are sent again with
/// growing waits where OTLP says that they may be (429, 502, 503, 504, no connection). Redirects are not followed.
///
/// | metric | meaning |
/// |---|---|
/// | `pando_otlp_spans_exported_total` | spans that the collector took |
/// | `pando_otlp_spans_dropped_total{reason}` | `full`: no room to wait; `refused`: the collector will not take them; `unreachable`: every attempt failed |
public final class OTLPExporter: Service {
    private let configuration: Configuration
    private let sender: OTLPSender
    private let logger: Logger
    private let buffer: Mutex<OTLPBuffer>
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let exported: Counter
    private let full: Counter
    private let refused: Counter
    private let unreachable: Counter

    /// An exporter that does nothing until it runs.
    ///
    /// - Throws: ``TelemetryError`` with the code `invalidEndpoint`.
    public init(configuration: Configuration, metrics: MetricsRegistry, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        sender = try OTLPSender(configuration)
        buffer = Mutex(OTLPBuffer(maximumSpans: configuration.maximumQueuedSpans))
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        exported = metrics.counter("pando_otlp_spans_exported_total", help: "Spans that the collector took.").with()
        let dropped = metrics.counter(
            "pando_otlp_spans_dropped_total",
            help: "Spans that were not exported.",
            labels: ["reason"]
        )
        full = dropped.with("full")
        refused = dropped.with("refused")
        unreachable = dropped.with("unreachable")
    }

    /// Takes a trace to be exported, or drops it where too many wait. Does not block.
    public func offer(_ trace: TraceRecord) {
        guard buffer.withLock({ $0.append(trace) }) else { return full.increment(by: trace.spans.count) }
        wake.yield()
    }

    /// Exports until the process stops, then sends what waits, for at most `shutdownTimeout` after the request under
    /// way. Call it once.
    public func run() async throws {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
        )
        await exportUntilShutdown(client)
        await exportRest(client)
        try await client.shutdown()
    }

    private func exportUntilShutdown(_ client: HTTPClient) async {
        for await _ in wakeups.cancelOnGracefulShutdown() {
            do {
                try await pause(configuration.batchInterval)
                while try await exportBatch(client) {}
            } catch {
                return  // Shutting down: what waits, also the batch of this moment, is in the buffer.
            }
        }
    }

    /// Waits; throws `CancellationError` as soon as the process stops. A request under way is not cut short by that.
    private func pause(_ time: Duration) async throws {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: time) }
    }

    /// Sends one batch until it is settled. False if nothing waits.
    ///
    /// - Throws: `CancellationError`, with the batch put back.
    private func exportBatch(_ client: HTTPClient) async throws -> Bool {
        let batch = takeBatch()
        guard !batch.isEmpty else { return false }
        do {
            for attempt in 1...max(1, configuration.maximumAttempts) {
                switch await sender.send(batch, client, timeout: configuration.requestTimeout) {
                case .settled(let outcome):
                    count(batch, outcome)
                    return true
                case .retry(let reason, let asked):
                    try Task.checkCancellation()
                    logger.debug("export of traces failed", metadata: ["reason": "\(reason)", "attempt": "\(attempt)"])
                    guard attempt < configuration.maximumAttempts else { break }
                    try await pause(delay(after: attempt, asked: asked))
                }
            }
        } catch {
            buffer.withLock { $0.putBack(batch) }
            throw error
        }
        unreachable.increment(by: spans(batch))
        logger.info("traces dropped: the collector cannot be reached", metadata: ["spans": "\(spans(batch))"])
        return true
    }

    /// One attempt for each batch that is left, as long as the time lasts.
    private func exportRest(_ client: HTTPClient) async {
        let deadline = ContinuousClock.now + configuration.shutdownTimeout
        while !Task.isCancelled, ContinuousClock.now < deadline {
            let batch = takeBatch()
            guard !batch.isEmpty else { return }
            let left = min(configuration.requestTimeout, deadline - ContinuousClock.now)
            guard case .settled(let outcome) = await sender.send(batch, client, timeout: left) else {
                unreachable.increment(by: spans(batch))
                break
            }
            count(batch, outcome)
        }
        unreachable.increment(by: buffer.withLock { $0.spanCount })
    }

    private func takeBatch() -> [TraceRecord] {
        buffer.withLock { $0.take(maximumSpans: configuration.maximumBatchSpans) }
    }

    private func count(_ batch: [TraceRecord], _ outcome: OTLPSender.Outcome) {
        let spans = spans(batch)
        switch outcome {
        case .taken(let rejected):
            exported.increment(by: spans - min(spans, rejected))
            refused.increment(by: min(spans, rejected))
        case .refused(let status):
            refused.increment(by: spans)
            logger.info("traces refused by the collector", metadata: ["status": "\(status)", "spans": "\(spans)"])
        }
    }

    private func spans(_ batch: [TraceRecord]) -> Int { batch.reduce(0) { $0 + $1.spans.count } }

    /// Doubling waits with jitter over their upper half; a collector's own wish, within the bound, comes first.
    private func delay(after attempt: Int, asked: Duration?) -> Duration {
        if let asked { return min(asked, configuration.maximumRetryDelay) }
        let doubled = configuration.retryDelay * (1 << min(attempt - 1, 16))
        return min(doubled, configuration.maximumRetryDelay) * Double.random(in: 0.5...1)
    }
}
