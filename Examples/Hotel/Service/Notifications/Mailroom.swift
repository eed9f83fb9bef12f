import PandoDatabase
import PandoDomains

/// Writes the mails about reservations and puts them in the outgoing Maildir.
struct Mailroom: Sendable {
    let domains: DomainSystem
    let maildir: Maildir

    /// Tells a guest what became of a reservation. Told twice, there is still one mail.
    func tell(_ change: ReservationChanged) async throws {
        let details = try await domains.call(CatalogInterface.self) { try await $0.hotel(change.hotelID) }
        guard let details else { throw UnknownHotel(id: change.hotelID) }
        let mail = ReservationMail(reservation: try change.reservation, guest: change.guest, details: details)
        let message = change.status == .confirmed ? mail.confirmation : mail.cancellation
        try await maildir.deliver(message.bytes, as: message.id)
    }
}

/// A reservation of a hotel that the catalogue does not know: the message is tried again later.
struct UnknownHotel: Error {
    let id: Identifier
}
