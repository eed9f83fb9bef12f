import PandoDatabase
import PandoMessaging

/// A room is booked. Published in the transaction that took it.
struct ReservationConfirmed: Message {
    static let topic = "reservations.confirmed"

    let reservation: Reservation
    /// Whom to write to.
    let guest: Account
}

/// A booked room is free again. Published in the transaction that gave it back.
struct ReservationCancelled: Message {
    static let topic = "reservations.cancelled"

    let reservation: Reservation
    /// Whom to write to.
    let guest: Account
}
