import PandoTelemetry
import Synchronization

/// Admission control of one server: an ``AdmissionLimit`` behind a lock.
///
/// The gate asks it when a head arrives, on the event loop, so a request that is shed costs neither a task nor a thread
/// of the pool. The time that is judged begins there too: in an asynchronous server overload shows first as time spent
/// waiting for a thread, before any handler runs.
final class AdmissionController: Sendable {
    private let limit: Mutex<AdmissionLimit>
    private let criticalPaths: [String]
    private let sheds: Bool

    /// Makes a controller.
    ///
    /// - Parameters:
    ///   - criticalPaths: the beginnings of paths that are never shed.
    ///   - sheds: false only counts.
    init(_ configuration: AdmissionLimit.Configuration = .init(), criticalPaths: [String] = [], sheds: Bool = true) {
        limit = Mutex(AdmissionLimit(configuration))
        self.criticalPaths = criticalPaths
        self.sheds = sheds
    }

    /// Whether a request for `target` may begin now.
    func hasRoom(for target: String) -> Bool {
        if !sheds || limit.withLock({ $0.hasRoom }) { return true }
        return criticalPaths.contains { target.hasPrefix($0) }
    }

    /// A request is complete and will be handled.
    func begin() { limit.withLock { $0.begin() } }

    /// The head of its answer is written, or its connection is gone.
    func release() { limit.withLock { $0.end() } }

    /// A number for a kind of request, for ``sample(kind:nanoseconds:now:)``.
    func addKind() -> Int { limit.withLock { $0.addKind() } }

    /// A request of a kind was handled.
    func sample(kind: Int, nanoseconds: UInt64, now: UInt64) {
        limit.withLock { $0.sample(kind: kind, seconds: Double(nanoseconds) * 1e-9, now: Double(now) * 1e-9) }
    }

    /// The limit in force and the requests in hand.
    var state: (limit: Int, inHand: Int) { limit.withLock { ($0.limit, $0.inHand) } }

    /// Shows the state as `pando_http_concurrency_limit` and `pando_http_requests_in_flight`.
    func register(in registry: MetricsRegistry) {
        registry.collect("pando_http_concurrency_limit", help: "Requests that may be in hand at a time", kind: .gauge) {
            [(labels: [], value: Double(self.state.limit))]
        }
        registry.collect("pando_http_requests_in_flight", help: "Requests in hand", kind: .gauge) {
            [(labels: [], value: Double(self.state.inHand))]
        }
    }
}
