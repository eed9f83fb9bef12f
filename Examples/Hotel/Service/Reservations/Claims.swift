import PandoDatabase

/// The rooms taken, night by night: what keeps a night from being oversold.
///
/// A night has a row once a room is taken for it. Taking is one statement that adds one only to nights with a room left, so
/// two guests after the last room cannot both get it.
enum Claims {
    /// No room of the type is free on one of the nights.
    struct SoldOut: Error {}

    /// Takes one room of a type for every night of a stay, or throws and takes none.
    ///
    /// - Throws: ``SoldOut``; the transaction must then not commit.
    static func take(_ offer: Offer, _ tx: Transaction) async throws {
        let rooms = try await tx.first(
            "SELECT rooms FROM allotments WHERE hotel_id = \(offer.hotelID) AND room_type_id = \(offer.roomTypeID)",
            as: Int.self
        )
        guard let rooms else { throw SoldOut() }
        let nights = offer.stay.nights.map { "(\(offer.hotelID), \(offer.roomTypeID), \($0), 1)" as SQL }
        let taken = try await tx.execute(
            """
            INSERT INTO claims (hotel_id, room_type_id, night, taken) VALUES \(nights.joined(separator: ", "))
            ON CONFLICT (hotel_id, room_type_id, night) DO UPDATE SET taken = claims.taken + 1
            WHERE claims.taken < \(rooms)
            """
        )
        guard taken == nights.count else { throw SoldOut() }
    }

    /// Gives the room of a reservation back.
    static func release(_ reservation: Reservation, _ tx: Transaction) async throws {
        let stay = reservation.stay
        try await tx.enqueue(
            """
            UPDATE claims SET taken = taken - 1 WHERE hotel_id = \(reservation.hotelID)
            AND room_type_id = \(reservation.roomTypeID) AND night >= \(stay.from) AND night < \(stay.to)
            """
        )
    }

    /// Opens the allotments of the demo, where there are none.
    static func seedOnce(_ demo: DemoData, _ tx: Transaction) async throws {
        guard try await tx.first("SELECT 1 FROM allotments LIMIT 1", as: Int.self) == nil else { return }
        for room in demo.rooms {
            try await tx.enqueue(
                """
                INSERT INTO allotments (hotel_id, room_type_id, rooms) VALUES (\(room.hotelID), \(room.id), \(room.rooms))
                """
            )
        }
    }
}
