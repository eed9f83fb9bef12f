import PandoDatabase

// What the site's forms send. Everything is text, for a form has no other type.

/// The query of the pages that log in or sign up.
struct NextPage: Decodable, Sendable {
    /// The page to go on to.
    var next: String?
}

/// The form that opens a session.
struct LogInForm: Decodable, Sendable {
    var email: String
    var password: String
    /// The page to go on to.
    var next: String?
}

/// The form that makes an account.
struct SiteSignUpForm: Decodable, Sendable {
    var email: String
    var password: String
    var name: String
    /// The page to go on to.
    var next: String?
}

/// What a guest chose to book: the query of the review page, and the hidden fields of its form.
struct BookingForm: Decodable, Sendable {
    let hotel: String
    let room: String
    let from: String
    let to: String
    let guests: String
    /// Names this attempt; only the form has it.
    var key: String?

    /// The request that the form means; nil where it was tampered with.
    var request: BookingRequest? {
        guard let hotel = Identifier(hotel), let room = Identifier(room), let from = LocalDate(from),
            let to = LocalDate(to),
            let guests = Int(guests)
        else { return nil }
        return BookingRequest(hotelID: hotel, roomTypeID: room, from: from, to: to, guests: guests)
    }
}
