import Hummingbird
import Pando
import PandoDatabase

/// `POST` and `GET /api/reservations`, `GET` and `DELETE /api/reservations/{id}`.
struct ReservationRoutes: Sendable {
    let desk: ReservationDesk

    func add(to router: some RouterMethods<AppContext>) {
        router.post("/api/reservations") { request, context in
            let guest = try context.requireAccount()
            let booking = try await request.decode(as: BookingRequest.self, context: context)
            let reservation = try await desk.book(booking, for: guest, key: request.idempotencyKey()).reservation()
            return EditedResponse(
                status: .created,
                headers: [.location: "/api/reservations/\(reservation.id)"],
                response: reservation
            )
        }
        router.get("/api/reservations") { _, context in
            Items(items: try await desk.reservations(of: context.requireAccount()))
        }
        router.get("/api/reservations/:id") { _, context in
            guard let found = try await desk.find(context.id(), of: context.requireAccount()) else {
                throw Problem(.notFound)
            }
            return found
        }
        router.delete("/api/reservations/:id") { _, context in
            try await desk.cancel(context.id(), of: context.requireAccount()).requireDone()
            return HTTPResponse.Status.noContent
        }
    }
}

extension BookingOutcome {
    /// The reservation, or the problem that there is none.
    func reservation() throws -> Reservation {
        switch self {
        case .confirmed(let reservation): reservation
        case .soldOut: throw Problem(.soldOut)
        }
    }
}

extension CancellationOutcome {
    /// Throws the problem where nothing is cancelled.
    func requireDone() throws {
        switch self {
        case .done: break
        case .tooLate: throw Problem(.tooLateToCancel)
        case .notFound: throw Problem(.notFound)
        }
    }
}

extension ProblemCode {
    /// One of the nights has no free room of the type; nothing was booked.
    static let soldOut = ProblemCode("sold-out", .conflict, "No such room is free on all of the nights")
    /// The stay has begun.
    static let tooLateToCancel = ProblemCode("too-late-to-cancel", .conflict, "The stay has begun")
}

extension Reservation: ResponseEncodable {}
