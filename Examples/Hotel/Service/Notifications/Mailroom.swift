import PandoDatabase
import PandoDomains

/// Writes the mails about reservations and puts them in the post.
struct Mailroom: Sendable {
    let domains: DomainSystem
    let postbox: any Postbox
    /// Who the mails are from.
    let sender: MailMessage.Address

    /// Tells a guest what became of a reservation. Told twice, there is still one mail.
    ///
    /// - Throws: ``UndeliverableMail`` where trying again cannot help; anything else is worth another attempt.
    func tell(_ change: ReservationChanged, publishedAt: Instant) async throws {
        let details = try await domains.call(CatalogInterface.self) { try await $0.hotel(change.hotelID) }
        guard let details else { throw UnknownHotel(id: change.hotelID) }
        let mail = ReservationMail(
            reservation: try change.reservation,
            guest: change.guest,
            details: details,
            sender: sender,
            date: publishedAt
        )
        try await postbox.deliver(change.status == .confirmed ? mail.confirmation : mail.cancellation)
    }
}

/// A reservation of a hotel that the catalogue does not know: the message is tried again later.
struct UnknownHotel: Error {
    let id: Identifier
}
