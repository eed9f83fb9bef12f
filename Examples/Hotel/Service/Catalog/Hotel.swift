import PandoDatabase

/// A hotel as the catalogue presents it; what is free and what it costs is the inventory's to say.
struct Hotel: Codable, Hashable, Sendable {
    let id: Identifier
    let cityID: String
    /// The name in Latin letters.
    let name: String
    /// The name in the city's own script.
    let localName: String?
    /// The neighbourhood.
    let district: Localized
    /// 2 to 5.
    let stars: Int
    /// What guests said, in tenths of a point from 0 to 100.
    let score: Int
    let reviews: Int
    let amenities: [Amenity]
    let description: Localized
}

/// Something that a hotel has besides rooms.
enum Amenity: String, Codable, Hashable, Sendable, CaseIterable {
    case breakfast, wifi, pool, spa, gym, bar, restaurant, garden, rooftop, onsen, sauna, parking, shuttle, pets
}
