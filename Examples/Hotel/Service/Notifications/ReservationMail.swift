import PandoDatabase

/// The mails about a reservation, in the guest's language.
struct ReservationMail {
    let reservation: Reservation
    let guest: Account
    let details: HotelDetails
    let sender: MailMessage.Address
    /// When it happened; the same whenever the mail is sent again.
    let date: Instant

    /// The mail that confirms a booking. Its identifier is the reservation's, so that sent twice it is still one mail.
    var confirmation: MailMessage {
        message(
            "confirmed",
            .confirmationSubject(hotelName, reservation.code),
            .confirmationOpening,
            terms: .payAtHotel
        )
    }

    /// The mail that says that a booking is cancelled.
    var cancellation: MailMessage {
        message("cancelled", .cancellationSubject(hotelName, reservation.code), .cancellationOpening, terms: nil)
    }

    private func message(
        _ kind: String,
        _ subject: Localized,
        _ opening: Localized,
        terms: Localized?
    ) -> MailMessage {
        let language = guest.language
        let stay = reservation.stay
        let room = details.rooms.first { $0.id == reservation.roomTypeID }
        let lines = [
            language[.greeting(guest.name)], "", language[opening], "",
            "  \(language[.bookingCode]): \(reservation.code)",
            "  \(HotelName(details.hotel, in: language).first), \(details.city.name[language])",
            "  \(room.map { language[$0.kind.title] } ?? ""), \(language[.guests(reservation.guests)])",
            "  \(language[.arrival]): \(language.format(stay.from))",
            "  \(language[.departure]): \(language.format(stay.to)) (\(language[.nights(stay.count)]))",
            "  \(language[.total]): \(language.format(reservation.total))", "",
        ]
        let ending = (terms.map { [language[$0], ""] } ?? []) + [language[.siteName]]
        return MailMessage(
            from: sender,
            to: MailMessage.Address(name: guest.name, email: guest.email),
            subject: language[subject],
            text: (lines + ending).joined(separator: "\r\n"),
            id: "\(reservation.id).\(kind)",
            date: date
        )
    }

    private var hotelName: String { HotelName(details.hotel, in: guest.language).first }
}

extension Localized {
    fileprivate static let confirmationOpening = Localized(
        en: "your room is booked. We look forward to your stay.",
        ko: "예약이 확정되었습니다. 머무실 날을 기다리겠습니다."
    )
    fileprivate static let cancellationOpening = Localized(
        en: "your booking is cancelled, as you asked. There is nothing to pay.",
        ko: "요청하신 대로 예약이 취소되었습니다. 비용은 없습니다."
    )

    fileprivate static func greeting(_ name: String) -> Localized {
        Localized(en: "Dear \(name),", ko: "\(name) 님, 안녕하세요.")
    }

    fileprivate static func confirmationSubject(_ hotel: String, _ code: String) -> Localized {
        Localized(en: "Booked: \(hotel) (\(code))", ko: "예약 확정: \(hotel) (\(code))")
    }

    fileprivate static func cancellationSubject(_ hotel: String, _ code: String) -> Localized {
        Localized(en: "Cancelled: \(hotel) (\(code))", ko: "예약 취소: \(hotel) (\(code))")
    }
}
