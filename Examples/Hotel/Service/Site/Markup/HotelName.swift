/// A hotel's name as a heading, with its name in the other script below: Korean readers see a Korean name first.
struct HotelName {
    let first: String
    let second: String?

    init(_ name: String, local: String?, in language: Language) {
        let isReadable = language == .korean && local?.isKorean == true
        first = isReadable ? local ?? name : name
        second = isReadable ? name : local
    }

    init(_ hotel: Hotel, in language: Language) {
        self.init(hotel.name, local: hotel.localName, in: language)
    }

    /// The line below the heading.
    var subtitle: HTML? { second.map { "<p class=\"local\">\($0)</p>" } }
}
