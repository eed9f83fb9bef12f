import PandoDatabase

/// A room type for the nights of a stay: what they cost together and how many such rooms are free on all of them.
struct Offer: Codable, Hashable, Sendable {
    let hotelID: Identifier
    let roomTypeID: Identifier
    let stay: Stay
    /// How many people sleep in the room.
    let guests: Int
    let total: Money
    /// Rooms free on the fullest of the nights; 0 is sold out.
    let free: Int
}

/// One room type, night by night.
struct RoomAvailability: Codable, Hashable, Sendable {
    /// One night of a room type.
    struct Night: Codable, Hashable, Sendable {
        let date: LocalDate
        let free: Int
        let price: Money
    }

    let roomTypeID: Identifier
    let nights: [Night]
}
