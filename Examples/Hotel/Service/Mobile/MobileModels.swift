import PandoDatabase

// The mobile API's bodies: one language, and only what a small screen shows.

/// A hotel in a list.
struct MobileHotel: Codable, Sendable {
    let id: Identifier
    let name: String
    let place: String
    let score: Int
    /// For the stay where dates were asked for, else for a night.
    let price: Money
    /// Free rooms, where dates were asked for.
    let left: Int?

    init(_ hotel: HotelListing, _ language: Language) {
        id = hotel.id
        name = HotelName(hotel.name, local: hotel.localName, in: language).first
        place = "\(hotel.district[language]), \(hotel.city[language])"
        score = hotel.score
        price = hotel.offer?.total ?? hotel.price
        left = hotel.offer?.free
    }
}

/// A page of hotels.
struct MobileHotels: Codable, Sendable {
    let items: [MobileHotel]
    let next: String?
}

/// A hotel with its rooms.
struct MobileHotelDetails: Codable, Sendable {
    struct Room: Codable, Sendable {
        let id: Identifier
        let title: String
        let guests: Int
        let price: Money
        let left: Int?
    }

    let id: Identifier
    let name: String
    let place: String
    let stars: Int
    let score: Int
    let about: String
    let rooms: [Room]

    init(_ details: HotelDetails, _ offers: [Offer], _ language: Language) {
        let hotel = details.hotel
        id = hotel.id
        name = HotelName(hotel, in: language).first
        place = "\(hotel.district[language]), \(details.city.name[language])"
        stars = hotel.stars
        score = hotel.score
        about = hotel.description[language]
        rooms = details.rooms.map { room in
            let offer = offers.first { $0.roomTypeID == room.id }
            return Room(
                id: room.id,
                title: language[room.kind.title],
                guests: room.guests,
                price: offer?.total ?? room.basePrice,
                left: offer?.free
            )
        }
    }
}

/// A reservation.
struct MobileReservation: Codable, Sendable {
    let id: Identifier
    let code: String
    let hotelID: Identifier
    let from: LocalDate
    let to: LocalDate
    let total: Money
    let status: Reservation.Status

    init(_ reservation: Reservation) {
        id = reservation.id
        code = reservation.code
        hotelID = reservation.hotelID
        from = reservation.stay.from
        to = reservation.stay.to
        total = reservation.total
        status = reservation.status
    }
}
