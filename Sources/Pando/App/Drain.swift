import PandoTelemetry
import ServiceLifecycle

/// The last service to start and the first to stop: it turns readiness off and gives load balancers the time to see it,
/// before the server of the service stops to accept.
struct Drain: Service {
    let health: HealthRegistry
    let delay: Duration
    let signal: DrainSignal

    init(node: Node) {
        health = node.health
        delay = node.configuration.drainDelay
        signal = node.gate.draining
    }

    func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            return health.enter(.draining)
        }
        signal.turnOn()
        health.enter(.draining)
        // Cancelled when the time for a graceful stop is over; the stop goes on all the same.
        do { try await Task.sleep(for: delay) } catch is CancellationError {}
    }
}
