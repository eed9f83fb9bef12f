import PandoDatabase

/// How many rooms of each type a hotel has, what they cost, and how many are sold for each night.
///
/// A night has a row only once something was sold for it, so that a year of 2,000 room types costs nothing until it is used.
struct RoomStock: Sendable {
    let database: Database

    /// What the room types of some hotels cost for a stay and how many are free, sold-out ones included. Room types that are
    /// not on sale on all of the nights are left out.
    func offers(of hotels: [Identifier], for stay: Stay) async throws -> [Offer] {
        try await offers(where: "hotel_id IN \(hotels)", for: stay)
    }

    /// What one room type costs for a stay and how many are free; nil where it is not on sale on all of the nights.
    func offer(of room: Identifier, in hotel: Identifier, for stay: Stay) async throws -> Offer? {
        try await offers(where: "hotel_id = \(hotel) AND room_type_id = \(room)", for: stay).first
    }

    private func offers(where condition: SQL, for stay: Stay) async throws -> [Offer] {
        try await database.read { tx in
            try await tx.rows(
                """
                SELECT hotel_id, room_type_id, guests, rooms, price, price_currency, coalesce((
                    SELECT max(sold) FROM stock WHERE stock.hotel_id = rates.hotel_id
                    AND stock.room_type_id = rates.room_type_id AND night >= \(stay.from) AND night < \(stay.to)
                ), 0) FROM rates
                WHERE \(condition) AND first_night <= \(stay.from) AND end_night >= \(stay.to)
                ORDER BY hotel_id, price, room_type_id
                """
            ) { row in
                let price = Money(minorUnits: try row.get(4), currency: try row.get(5))
                let rooms: Int = try row.get(3)
                return Offer(
                    hotelID: try row.get(0),
                    roomTypeID: try row.get(1),
                    stay: stay,
                    guests: try row.get(2),
                    total: Tariff.total(price, for: stay),
                    free: min(rooms, rooms - (try row.get(6)))
                )
            }
        }
    }

    /// Every night on sale of a hotel's room types from a day up to, not including, another.
    func availability(of hotel: Identifier, from: LocalDate, to: LocalDate) async throws -> [RoomAvailability] {
        try await database.read { tx in
            let rates = try await tx.all(
                "SELECT * FROM rates WHERE hotel_id = \(hotel) ORDER BY room_type_id",
                as: Rate.self
            )
            let sold = try await tx.rows(
                """
                SELECT room_type_id, night, sold FROM stock
                WHERE hotel_id = \(hotel) AND night >= \(from) AND night < \(to)
                """
            ) { row in (RoomNight(room: try row.get(0), night: try row.get(1)), try row.get(2, as: Int.self)) }
            let taken = Dictionary(uniqueKeysWithValues: sold)
            return rates.map { rate in
                RoomAvailability(
                    roomTypeID: rate.roomTypeID,
                    nights: (from..<to).clamped(to: rate.firstNight..<rate.endNight).map { night in
                        let sold = taken[RoomNight(room: rate.roomTypeID, night: night)] ?? 0
                        return RoomAvailability.Night(
                            date: night,
                            free: min(rate.rooms, rate.rooms - sold),
                            price: Tariff.price(rate.price, on: night)
                        )
                    }
                )
            }
        }
    }

    /// Counts the nights of a reservation as sold, or as free again.
    static func count(_ change: ReservationChanged, _ tx: Transaction) async throws {
        try await tx.enqueue(
            """
            INSERT INTO stock (hotel_id, room_type_id, night, sold) VALUES \(change.soldNights)
            ON CONFLICT (hotel_id, room_type_id, night) DO UPDATE SET sold = stock.sold + excluded.sold
            """
        )
    }

    /// Puts the room types of the demo on sale, where nothing is yet.
    func seedOnce() async throws {
        try await database.write(limit: .seconds(60)) { tx in
            guard try await tx.first("SELECT 1 FROM rates LIMIT 1", as: Int.self) == nil else { return }
            try await Self.seed(DemoData.make(firstNight: Instant.now.date), tx)
        }
    }

    private static func seed(_ demo: DemoData, _ tx: Transaction) async throws {
        for room in demo.rooms {
            try await tx.enqueue(
                """
                INSERT INTO rates (hotel_id, room_type_id, guests, rooms, price, price_currency, first_night, end_night)
                VALUES (\(room.hotelID), \(room.id), \(room.guests), \(room.rooms), \(room.basePrice.minorUnits),
                    \(room.basePrice.currency), \(demo.nights.lowerBound), \(demo.nights.upperBound))
                """
            )
        }
    }
}

/// A row of `rates`.
private struct Rate: Decodable {
    let roomTypeID: Identifier
    let rooms: Int
    let price: Money
    let firstNight: LocalDate
    let endNight: LocalDate
}

/// A night of a room type.
private struct RoomNight: Hashable {
    let room: Identifier
    let night: LocalDate
}
