import Hummingbird
import Pando
import PandoDatabase

/// `GET /api/hotels/{id}/availability`.
struct InventoryRoutes: Sendable {
    let stock: RoomStock

    /// The most nights that one request may ask for.
    private static let mostNights = 92

    func add(to router: some RouterMethods<AppContext>) {
        router.get("/api/hotels/:id/availability") { request, context in
            let days = try request.uri.decodeQuery(as: StayParameters.self, context: context)
            let (from, to) = try (StayParameters.day(days.from, "from"), StayParameters.day(days.to, "to"))
            guard 1...Self.mostNights ~= to - from else {
                throw ValidationError("to", "must be 1 to \(Self.mostNights) days after from")
            }
            let rooms = try await stock.availability(of: context.id(), from: from, to: to)
            guard !rooms.isEmpty else { throw Problem(.notFound) }
            return Availability(rooms: rooms)
        }
    }
}

/// The rooms of a hotel, night by night.
struct Availability: Codable, ResponseEncodable, Sendable {
    let rooms: [RoomAvailability]
}
