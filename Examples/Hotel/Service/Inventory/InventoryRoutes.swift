import Hummingbird
import Pando
import PandoDatabase

/// `GET /api/hotels/{id}/availability`.
struct InventoryRoutes: Sendable {
    let stock: RoomStock

    /// A cache in front may keep the answer: a booking makes it forget, and the stock follows the booking within moments. So this is
    /// how long a cache can be behind which was asked between the two.
    private static let headers: HTTPFields = [.cacheControl: "public, max-age=0, s-maxage=5"]
    /// The most nights that one request may ask for.
    private static let mostNights = 92

    func add(to router: some RouterMethods<AppContext>) {
        router.get("/api/hotels/:id/availability") { request, context in
            let days = try request.uri.decodeQuery(as: StayParameters.self, context: context)
            let (from, to) = try (StayParameters.day(days.from, "from"), StayParameters.day(days.to, "to"))
            guard 1...Self.mostNights ~= to - from else {
                throw ValidationError("to", "must be 1 to \(Self.mostNights) days after from")
            }
            let id = try context.id()
            let rooms = try await stock.availability(of: id, from: from, to: to)
            guard !rooms.isEmpty else { throw Problem(.notFound) }
            context.addCacheTags(InventoryInterface.availabilityTag(of: id))
            return EditedResponse(headers: Self.headers, response: Availability(rooms: rooms))
        }
    }
}

/// The rooms of a hotel, night by night.
struct Availability: Codable, ResponseEncodable, Sendable {
    let rooms: [RoomAvailability]
}
