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

    /// Builds the server that has these before a responder.
    func server<Responder: HTTPResponder>(of responder: Responder) -> HTTPServerBuilder
    where Responder.Context: RequestContext, Responder.Context.Source == ApplicationRequestContextSource {
        // The application's own way to the responder is for Hummingbird's channels.
        HTTPServerBuilder { _ in
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
