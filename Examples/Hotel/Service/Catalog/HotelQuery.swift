import PandoDatabase

/// What a guest looks for.
struct HotelQuery: Codable, Hashable, Sendable {
    /// The order of the hotels found.
    enum Sort: String, Codable, Sendable, CaseIterable {
        /// Best match first where there are words, then by guest score.
        case recommended
        /// Lowest price a night first, across currencies.
        case price
        /// Best guest score first.
        case score
    }

    /// Words of a hotel's, district's or city's name, in any of the scripts they are written in.
    var words = ""
    /// Only hotels of this city.
    var cityID: String?
    /// Only hotels with a room that is free on all these nights.
    var stay: Stay?
    /// Only hotels with a room for this many.
    var guests = 1
    var sort = Sort.recommended
    /// Where the page before ended.
    var cursor: String?
    /// The most hotels on a page.
    var limit = 20

    /// The most guests that a room can be asked for.
    static let mostGuests = 4

    init() {}
}

/// A page of what was found.
struct HotelResults: Codable, Sendable {
    let items: [HotelListing]
    /// The cursor of the next page; nil on the last.
    let next: String?
}

/// A hotel in a list.
struct HotelListing: Codable, Sendable {
    let id: Identifier
    let name: String
    let localName: String?
    let cityID: String
    let city: Localized
    let district: Localized
    let stars: Int
    let score: Int
    let reviews: Int
    /// The base price of the cheapest room for the guests asked for.
    let price: Money
    /// The cheapest room for the dates asked for.
    var offer: Offer?
}

/// A hotel with its city and its rooms.
struct HotelDetails: Codable, Sendable {
    let hotel: Hotel
    let city: City
    let rooms: [RoomType]
}

/// A city and how many hotels it has.
struct CityListing: Codable, Sendable {
    let city: City
    let hotels: Int
}
