import PandoDatabase
import PandoEvents

/// What can happen to a reservation. Names at rest: never rename one.
enum ReservationEvent: DomainEvent {
    /// Every night had a free room, and one was taken.
    case confirmed(Confirmation)
    /// The guest gave the room back.
    case cancelled(at: Instant)

    /// What was confirmed.
    struct Confirmation: Codable, Sendable {
        let accountID: Identifier
        let hotelID: Identifier
        let roomTypeID: Identifier
        let stay: Stay
        let guests: Int
        let total: Money
        let at: Instant

        init(_ reservation: Reservation) {
            accountID = reservation.accountID
            hotelID = reservation.hotelID
            roomTypeID = reservation.roomTypeID
            stay = reservation.stay
            guests = reservation.guests
            total = reservation.total
            at = reservation.confirmedAt
        }
    }

    var eventType: String {
        switch self {
        case .confirmed: "confirmed"
        case .cancelled: "cancelled"
        }
    }
}

/// A reservation as its events tell it.
struct ReservationHistory: Aggregate {
    static let streamCategory = "reservation"

    private(set) var confirmation: ReservationEvent.Confirmation?
    private(set) var cancelledAt: Instant?

    mutating func apply(_ event: ReservationEvent) {
        switch event {
        case .confirmed(let confirmation): self.confirmation = confirmation
        case .cancelled(let instant): cancelledAt = instant
        }
    }

    /// The reservation as others see it; nil before it is confirmed.
    func reservation(_ id: Identifier) -> Reservation? {
        confirmation.map {
            Reservation(
                id: id,
                accountID: $0.accountID,
                hotelID: $0.hotelID,
                roomTypeID: $0.roomTypeID,
                stay: $0.stay,
                guests: $0.guests,
                total: $0.total,
                status: cancelledAt == nil ? .confirmed : .cancelled,
                confirmedAt: $0.at
            )
        }
    }

    /// Whether the guest may still cancel: until the day before arrival.
    func canCancel(on today: LocalDate) -> Bool {
        guard let confirmation, cancelledAt == nil else { return false }
        return today < confirmation.stay.from
    }
}
