/// What became of a request to book.
enum BookingOutcome: Codable, Sendable {
    case confirmed(Reservation)
    /// No room of the type is free on one of the nights. Nothing was booked.
    case soldOut
}

/// What became of a cancellation.
enum CancellationOutcome: String, Codable, Sendable {
    /// The reservation is cancelled, now or before.
    case done
    /// The stay has begun.
    case tooLate
    /// The guest has no such reservation.
    case notFound
}
