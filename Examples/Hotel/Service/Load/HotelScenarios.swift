import PandoDatabase
import PandoLoad

/// What the guests of a load run do.
struct HotelScenarios: Sendable {
    private let guests = LoadGuests()
    private let demo: DemoData
    /// The nights that guests ask for: from tomorrow, so that a day that ends during the run does no harm.
    private let firstNight: LocalDate

    init(today: LocalDate = Instant.now.date) {
        demo = DemoData.make(firstNight: today)
        firstNight = today + 1
    }

    /// Many look, some book, a few cancel.
    var all: [LoadScenario] {
        [
            LoadScenario(name: "look", weight: 6, body: look),
            LoadScenario(name: "book", weight: 3, user: guests.enter) { client, token in
                _ = try await book(client, token)
            },
            LoadScenario(name: "change", weight: 1, user: guests.enter) { client, token in
                guard let reservation = try Self.reservation(await book(client, token)) else { return }
                try await client.delete("/api/reservations/\(reservation)", as: "cancel").requireSuccess()
            },
        ]
    }

    private func look(_ client: LoadClient) async throws {
        let hotel = client.randomElement(of: demo.hotels)
        let stay = try stay(client)
        let days = "from=\(stay.from)&to=\(stay.to)"
        try await client.get("/api/hotels?city=\(hotel.cityID)&guests=2&\(days)", as: "search").requireSuccess()
        try await client.get("/api/hotels/\(hotel.id)", as: "hotel").requireSuccess()
        try await client.get("/api/hotels/\(hotel.id)/availability?\(days)", as: "availability").requireSuccess()
    }

    /// Books a room, if one is free.
    private func book(_ client: LoadClient, _ token: String) async throws -> LoadResponse {
        let room = client.randomElement(of: demo.rooms)
        let stay = try stay(client)
        let request = BookingRequest(
            hotelID: room.hotelID,
            roomTypeID: room.id,
            from: stay.from,
            to: stay.to,
            guests: 1
        )
        let key = client.makeKey()
        return try await client.write("reservation", key: key, detail: token) { client in
            try await client.post(
                "/api/reservations",
                json: request,
                as: "book",
                headers: [LoadHeader("Idempotency-Key", key)],
                accepting: [409]
            )
        } acknowledged: { response in
            try Self.reservation(response)
        }
    }

    /// The identifier of the reservation in an answer; nil where there was no free room.
    private static func reservation(_ response: LoadResponse) throws -> String? {
        struct Booked: Decodable {
            let id: String
        }
        return response.status == 201 ? try response.json(as: Booked.self).id : nil
    }

    private func stay(_ client: LoadClient) throws -> Stay {
        let arrival = firstNight + client.random(in: 0...300)
        return try Stay(from: arrival, to: arrival + client.random(in: 1...4))
    }
}
