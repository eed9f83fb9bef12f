import PandoDatabase

/// Draws hotels and room types from a generator.
struct DemoMaker {
    var random: SplitMix64
    private(set) var hotels: [Hotel] = []
    private(set) var rooms: [RoomType] = []
    private var identifiers: UInt64 = 0

    init(random: SplitMix64) { self.random = random }

    /// Adds the hotels of one city, no two with the same name.
    mutating func build(_ city: DemoCity) {
        let names = city.naming.names
        let words = random.shuffle(names.words)
        var taken: Set<String> = []
        while taken.count < city.hotels {
            let word = words[taken.count % words.count]
            let district = random.pick(city.districts)
            let name = names.name(word, random.pick(names.patterns), in: district)
            if taken.insert(name.latin).inserted { addHotel(name, in: district, of: city) }
        }
    }

    private mutating func addHotel(
        _ name: (latin: String, local: String?),
        in district: DemoCity.District,
        of city: DemoCity
    ) {
        let stars = random.pick([2, 3, 3, 3, 4, 4, 4, 5])
        let hotelID = identifier()
        let kinds = roomKinds(stars: stars, naming: city.naming)
        let amenities = amenities(stars: stars, naming: city.naming)
        let rooms = kinds.map { roomType($0, stars: stars, hotelID: hotelID, of: city) }
        self.rooms += rooms
        hotels.append(
            Hotel(
                id: hotelID,
                cityID: city.city.id,
                name: name.latin,
                localName: name.local,
                district: Localized(en: district.name, ko: district.korean),
                stars: stars,
                score: min(97, 62 + stars * 4 + random.pick(0...18)),
                reviews: random.pick(38...4_200),
                amenities: amenities,
                description: DemoDescription(
                    district: district,
                    rooms: rooms.map(\.rooms).reduce(0, +),
                    stars: stars,
                    amenities: amenities
                ).text(variant: random.pick(0...3))
            )
        )
    }

    private mutating func roomType(_ kind: RoomKind, stars: Int, hotelID: Identifier, of city: DemoCity) -> RoomType {
        let starPercent = [2: 62, 3: 84, 4: 122, 5: 205][stars] ?? 100
        let percent = starPercent * kind.pricePercent / 100 * random.pick(88...114) / 100
        let rooms = kind == .suite ? random.pick(1...4) : random.pick(4...10 + stars * 4)
        return RoomType(
            id: identifier(),
            hotelID: hotelID,
            kind: kind,
            guests: kind.guests,
            rooms: rooms,
            basePrice: Money(units: city.price * percent / 100, city.city.currency).rounded
        )
    }

    private mutating func roomKinds(stars: Int, naming: DemoCity.Naming) -> [RoomKind] {
        var kinds: [RoomKind] =
            switch stars {
            case 2: [.single, .double, .twin]
            case 3: [.single, .double, .twin, .family]
            case 4: [.double, .twin, .superior, .deluxe, .family]
            default: [.superior, .twin, .deluxe, .suite]
            }
        if naming == .korean, random.pick(1...100) <= 40 { kinds.append(.ondol) }
        if naming == .japanese, random.pick(1...100) <= 45 { kinds.append(.tatami) }
        return kinds
    }

    private mutating func amenities(stars: Int, naming: DemoCity.Naming) -> [Amenity] {
        var choices: [Amenity] = [.breakfast, .gym, .bar, .restaurant, .garden, .rooftop, .parking, .shuttle, .pets]
        if stars >= 4 { choices += [.pool, .spa] }
        if naming == .japanese { choices.append(.onsen) }
        if naming == .korean || naming == .nordic { choices.append(.sauna) }
        let chosen = random.shuffle(choices).prefix(stars + 1)
        return [.wifi] + Amenity.allCases.filter(chosen.contains)
    }

    /// A UUIDv7 (RFC 9562 §5.7) whose time is the start of 2026 plus a millisecond for each identifier made before.
    private mutating func identifier() -> Identifier {
        identifiers += 1
        let time = 1_767_225_600_000 + identifiers
        let high = (time << 16) | 0x7000 | (random.next() & 0x0FFF)
        let low = (random.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        let bytes = [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
        return Identifier(bytes: bytes)!  // there are 16
    }
}

extension RoomKind {
    /// The price of this kind, in percent of a plain double room.
    fileprivate var pricePercent: Int {
        switch self {
        case .single: 74
        case .double: 100
        case .twin: 104
        case .ondol: 118
        case .tatami: 126
        case .superior: 128
        case .deluxe: 162
        case .family: 188
        case .suite: 295
        }
    }
}
