import PandoDatabase

/// A room booked for some nights.
struct Reservation: Codable, Hashable, Sendable {
    enum Status: String, Codable, Sendable {
        case confirmed, cancelled
    }

    let id: Identifier
    let accountID: Identifier
    let hotelID: Identifier
    let roomTypeID: Identifier
    let stay: Stay
    let guests: Int
    let total: Money
    var status: Status
    let confirmedAt: Instant

    /// What guest and front desk call the reservation by: eight letters and digits of its identifier.
    var code: String { BookingCode(id).description }
}

extension Reservation {
    /// A new reservation of what was offered.
    init(confirming offer: Offer, guests: Int, for guest: Account) {
        self.init(
            id: Identifier(),
            accountID: guest.id,
            hotelID: offer.hotelID,
            roomTypeID: offer.roomTypeID,
            stay: offer.stay,
            guests: guests,
            total: offer.total,
            status: .confirmed,
            confirmedAt: .now
        )
    }
}
