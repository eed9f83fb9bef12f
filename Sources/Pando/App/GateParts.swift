import Hummingbird
import HummingbirdCore
import PandoTelemetry

/// What stands between the sockets of the service and its routes.
struct GateParts: Sendable {
    let limits: HTTPLimits
    let admission: AdmissionController?
    let metrics: GateMetrics
    let connections = ConnectionGauge()
    let draining = DrainSignal()

    /// Builds the server that has these.
    func server() -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            GuardedHTTP1Channel(
                responder: responder,
                limits: limits,
                admission: admission,
                metrics: metrics,
                gauge: connections,
                draining: draining
            )
        }
    }
}
