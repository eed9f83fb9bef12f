import PandoDatabase
import PandoMessaging

/// A reservation is confirmed or cancelled. Published in the transaction that took the room or gave it back, with the
/// reservation as its key: nobody hears of a cancellation before the booking.
///
/// One level of simple properties, which is quick to encode and decode.
struct ReservationChanged: Message {
    static let topic = "reservations.changed"

    let status: Reservation.Status
    let id: Identifier
    let hotelID: Identifier
    let roomTypeID: Identifier
    let from: LocalDate
    let to: LocalDate
    let guests: Int
    let total: Int64
    let currency: Currency
    let confirmedAt: Instant
    let accountID: Identifier
    let email: String
    let name: String
    let language: Language

    init(_ reservation: Reservation, of guest: Account) {
        status = reservation.status
        id = reservation.id
        hotelID = reservation.hotelID
        roomTypeID = reservation.roomTypeID
        from = reservation.stay.from
        to = reservation.stay.to
        guests = reservation.guests
        total = reservation.total.minorUnits
        currency = reservation.total.currency
        confirmedAt = reservation.confirmedAt
        accountID = guest.id
        email = guest.email
        name = guest.name
        language = guest.language
    }
}

extension ReservationChanged {
    /// The nights that were taken or given back, as rows `(hotel, room type, night, sold)` of an `INSERT`: each counts 1 where
    /// it is taken now, −1 where it is free again.
    var soldNights: SQL {
        let sold = status == .confirmed ? 1 : -1
        return (from..<to).map { "(\(hotelID), \(roomTypeID), \($0), \(sold))" as SQL }.joined(separator: ", ")
    }

    /// The reservation.
    ///
    /// - Throws: `StayError` where the nights are not those of a stay.
    var reservation: Reservation {
        get throws(StayError) {
            Reservation(
                id: id,
                accountID: accountID,
                hotelID: hotelID,
                roomTypeID: roomTypeID,
                stay: try Stay(from: from, to: to),
                guests: guests,
                total: Money(minorUnits: total, currency: currency),
                status: status,
                confirmedAt: confirmedAt
            )
        }
    }

    /// Whom to write to.
    var guest: Account { Account(id: accountID, email: email, name: name, language: language) }
}
