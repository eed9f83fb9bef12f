import Pando
import PandoDomains

/// Who has booked what. Event-sourced: a reservation is what its events say.
struct Reservations: Domain {
    static let name = "reservations"

    func register(_ domain: inout DomainBuilder) throws {
        let desk = ReservationDesk(
            database: domain.database,
            events: domain.events,
            domains: domain.system
        )
        domain.migrations { Self.migrations }
        domain.routes { ReservationRoutes(desk: desk).add(to: $0) }
        domain.system.host(ReservationsInterface.self) { ReservationsInterface(desk, actorSystem: $0) }
        domain.beforeServing { try await desk.seedOnce() }
    }
}
