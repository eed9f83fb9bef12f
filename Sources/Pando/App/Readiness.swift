import PandoTelemetry
import Synchronization

/// Waits for the node's servers to listen, then says that the node is ready.
final class Readiness: Sendable {
    private struct State {
        var service: (host: String, port: Int)?
        var admin: (host: String, port: Int)?
    }

    private let health: HealthRegistry
    private let awaitsService: Bool
    private let onReady: @Sendable (Node.Addresses) async -> Void
    private let state = Mutex(State())

    init(
        health: HealthRegistry,
        awaitsService: Bool = true,
        onReady: @escaping @Sendable (Node.Addresses) async -> Void
    ) {
        self.health = health
        self.awaitsService = awaitsService
        self.onReady = onReady
    }

    func serviceListens(on address: (host: String, port: Int)) async {
        await check { $0.service = address }
    }

    func adminListens(on address: (host: String, port: Int)) async {
        await check { $0.admin = address }
    }

    private func check(_ change: (inout State) -> Void) async {
        let addresses = state.withLock { state -> Node.Addresses? in
            change(&state)
            guard let admin = state.admin, state.service != nil || !awaitsService else { return nil }
            return Node.Addresses(
                service: state.service.map(Self.text) ?? "",
                servicePort: state.service?.port ?? 0,
                admin: Self.text(admin),
                adminPort: admin.port
            )
        }
        guard let addresses else { return }
        health.enter(.ready)
        await onReady(addresses)
    }

    private static func text(_ address: (host: String, port: Int)) -> String {
        address.host.contains(":") ? "[\(address.host)]:\(address.port)" : "\(address.host):\(address.port)"
    }
}
