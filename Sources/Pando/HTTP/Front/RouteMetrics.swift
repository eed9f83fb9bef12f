import HTTPTypes
import PandoTelemetry
import Synchronization

/// Rate, errors and duration of requests, by route template.
///
/// | metric | labels |
/// |---|---|
/// | `pando_http_requests_total` | `route`, `method`, `status` |
/// | `pando_http_request_duration_seconds` | `route`, `method` |
///
/// Duration runs from the arrival of the request to the head of its answer. The labels are bounded: routes are templates
/// (`unmatched` for the rest), and methods that are not common are `OTHER`.
final class RouteMetrics: Sendable {
    /// The handles of one route, method and status, made once.
    final class Series: Sendable {
        let count: Counter
        let duration: Histogram
        /// Which kind of request this is to the admission control.
        let kind: Int

        init(count: Counter, duration: Histogram, kind: Int) {
            self.count = count
            self.duration = duration
            self.kind = kind
        }
    }

    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct State {
        var series: [Key: Series] = [:]
        var kinds: [Key: Int] = [:]
    }

    private let requests: CounterFamily
    private let durations: HistogramFamily
    private let admission: AdmissionController?
    private let state = Mutex(State())

    init(_ registry: MetricsRegistry, admission: AdmissionController?) {
        requests = registry.counter(
            "pando_http_requests_total",
            help: "Requests answered",
            labels: ["route", "method", "status"]
        )
        durations = registry.histogram(
            "pando_http_request_duration_seconds",
            help: "From the arrival of a request to the head of its answer",
            labels: ["route", "method"]
        )
        self.admission = admission
    }

    /// The handles for an answer.
    func series(route: String, method: HTTPRequest.Method, status: Int) -> Series {
        let key = Key(route: route, method: Self.label(method), status: status)
        return state.withLock { state in
            if let series = state.series[key] { return series }
            let kindKey = Key(route: key.route, method: key.method, status: 0)
            let kind = state.kinds[kindKey] ?? admission?.addKind() ?? 0
            state.kinds[kindKey] = kind
            let series = Series(
                count: requests.with(key.route, key.method, String(status)),
                duration: durations.with(key.route, key.method),
                kind: kind
            )
            state.series[key] = series
            return series
        }
    }

    private static func label(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .delete, .patch, .options: method.rawValue
        default: "OTHER"
        }
    }
}
