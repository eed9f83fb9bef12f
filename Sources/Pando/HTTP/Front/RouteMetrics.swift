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
    /// The handles of one route and method, made once.
    final class Route: Sendable {
        /// `GET /api/hotels/{id}`: the name of its spans.
        let name: String
        /// The template.
        let template: String
        /// Which kind of request this is to the admission control.
        let kind: Int
        private let method: String
        private let duration: Histogram
        private let requests: CounterFamily
        private let counters = Mutex<[(status: Int, counter: Counter)]>([])

        init(_ template: String, _ method: String, kind: Int, duration: Histogram, requests: CounterFamily) {
            name = "\(method) \(template)"
            self.template = template
            self.method = method
            self.kind = kind
            self.duration = duration
            self.requests = requests
        }

        /// One request was answered.
        func record(status: Int, nanoseconds: UInt64) {
            let counter = counters.withLock { counters in
                if let known = counters.first(where: { $0.status == status }) { return known.counter }
                let counter = requests.with(template, method, String(status))
                counters.append((status, counter))
                return counter
            }
            counter.increment()
            duration.record(seconds: Double(nanoseconds) * 1e-9)
        }
    }

    private struct Key: Hashable {
        let template: String
        let method: String
    }

    /// The template of everything that no route takes.
    static let unmatched = "unmatched"

    private let requests: CounterFamily
    private let durations: HistogramFamily
    private let admission: AdmissionController?
    private let routes = Mutex<[Key: Route]>([:])

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

    /// The handles of a route; nil and Hummingbird's `NotFound` are the unmatched.
    func route(_ path: String?, _ method: HTTPRequest.Method) -> Route {
        let template = path == nil || path == "NotFound" ? Self.unmatched : path ?? ""
        let key = Key(template: template, method: Self.label(method))
        return routes.withLock { routes in
            if let route = routes[key] { return route }
            let route = Route(
                template,
                key.method,
                kind: admission?.addKind() ?? 0,
                duration: durations.with(template, key.method),
                requests: requests
            )
            routes[key] = route
            return route
        }
    }

    private static func label(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .delete, .patch, .options: method.rawValue
        default: "OTHER"
        }
    }
}
