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
        let from: LocalDate
        let to: LocalDate
        let guests: Int
        let total: Int64
        let currency: Currency
        let at: Instant

        init(_ reservation: Reservation) {
            accountID = reservation.accountID
            hotelID = reservation.hotelID
            roomTypeID = reservation.roomTypeID
            from = reservation.stay.from
            to = reservation.stay.to
            guests = reservation.guests
            total = reservation.total.minorUnits
            currency = reservation.total.currency
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
    ///
    /// - Throws: `StayError` where the event was damaged.
    func reservation(_ id: Identifier) throws(StayError) -> Reservation? {
        try confirmation.map { confirmed throws(StayError) in
            Reservation(
                id: id,
                accountID: confirmed.accountID,
                hotelID: confirmed.hotelID,
                roomTypeID: confirmed.roomTypeID,
                stay: try Stay(from: confirmed.from, to: confirmed.to),
                guests: confirmed.guests,
                total: Money(minorUnits: confirmed.total, currency: confirmed.currency),
                status: cancelledAt == nil ? .confirmed : .cancelled,
                confirmedAt: confirmed.at
            )
        }
    }

    /// Whether the guest may still cancel: until the day before arrival.
    func canCancel(on today: LocalDate) -> Bool {
        guard let confirmation, cancelledAt == nil else { return false }
        return today < confirmation.from
    }
}
