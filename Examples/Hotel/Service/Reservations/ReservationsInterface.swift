import Distributed
import PandoDatabase
import PandoDomains

/// What other domains may ask of the reservations.
distributed actor ReservationsInterface: DomainInterface {
    typealias ActorSystem = DomainSystem

    private let desk: ReservationDesk

    init(_ desk: ReservationDesk, actorSystem: DomainSystem) {
        self.desk = desk
        self.actorSystem = actorSystem
    }

    /// Books a room, once for each key of a guest.
    distributed func book(_ request: BookingRequest, for guest: Account, key: String) async throws -> BookingOutcome {
        try await desk.book(request, for: guest, key: key)
    }

    /// Cancels a guest's reservation.
    distributed func cancel(_ id: Identifier, of guest: Account) async throws -> CancellationOutcome {
        try await desk.cancel(id, of: guest)
    }

    /// A reservation, if it is the guest's.
    distributed func find(_ id: Identifier, of guest: Account) async throws -> Reservation? {
        try await desk.find(id, of: guest)
    }

    /// The guest's reservations, the newest first.
    distributed func list(of guest: Account) async throws -> [Reservation] {
        try await desk.reservations(of: guest)
    }
}
