import PandoDatabase
import PandoDomains

/// Writes the mails about reservations and puts them in the outgoing Maildir.
struct Mailroom: Sendable {
    let domains: DomainSystem
    let maildir: Maildir

    /// Confirms a booking to its guest. Told twice, there is still one mail.
    func confirm(_ message: ReservationConfirmed) async throws {
        try await deliver(mail(message.reservation, message.guest).confirmation)
    }

    /// Tells a guest that a booking is cancelled.
    func cancel(_ message: ReservationCancelled) async throws {
        try await deliver(mail(message.reservation, message.guest).cancellation)
    }

    private func mail(_ reservation: Reservation, _ guest: Account) async throws -> ReservationMail {
        let details = try await domains.call(CatalogInterface.self) { try await $0.hotel(reservation.hotelID) }
        guard let details else {
            throw UnknownHotel(id: reservation.hotelID)
        }
        return ReservationMail(reservation: reservation, guest: guest, details: details)
    }

    private func deliver(_ message: MailMessage) async throws {
        try await maildir.deliver(message.bytes, as: message.id)
    }
}

/// A reservation of a hotel that the catalogue does not know: the message is tried again later.
struct UnknownHotel: Error {
    let id: Identifier
}
