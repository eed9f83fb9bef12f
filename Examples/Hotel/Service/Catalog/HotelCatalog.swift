import PandoCache
import PandoDatabase
import PandoDomains
import PandoEvents

/// The hotels, their rooms and their cities.
struct HotelCatalog: Sendable {
    let database: Database
    let domains: DomainSystem
    let cache: Cache<Identifier, CachedHotel>

    /// A hotel with its city and rooms, from the cache; nil where there is none.
    func hotel(_ id: Identifier) async throws -> CachedHotel? {
        try await cache.valueIfPresent(for: id, ttl: .seconds(600), absentTTL: .zero) {
            try await details(id).map(CachedHotel.init)
        }
    }

    /// The hotels that fit a query, with what a room costs where dates are given.
    func search(_ query: HotelQuery) async throws -> HotelResults {
        let found = try await HotelSearch(database: database).search(query)
        guard let stay = query.stay else { return found }
        let hotels = found.items.map(\.id)
        let offers = try await domains.call(InventoryInterface.self) { try await $0.offers(of: hotels, for: stay) }
        let items = found.items.map { hotel in
            var hotel = hotel
            let fitting = offers.filter { $0.hotelID == hotel.id && $0.guests >= query.guests && $0.free > 0 }
            hotel.offer = fitting.min { $0.total.minorUnits < $1.total.minorUnits }
            return hotel
        }
        return HotelResults(items: items, next: found.next)
    }

    private func details(_ id: Identifier) async throws -> HotelDetails? {
        try await database.read { tx in try await Self.details(id, tx) }
    }

    private static func details(_ id: Identifier, _ tx: ReadTransaction) async throws -> HotelDetails? {
        let hotel = try await tx.rows("SELECT details FROM hotels WHERE id = \(id)") { row in
            try row.get(0, as: JSONText.self).decode(Hotel.self)
        }.first
        guard let hotel,
            let city = try await tx.first("SELECT * FROM cities WHERE id = \(hotel.cityID)", as: CityRow.self)
        else { return nil }
        let rooms = try await tx.rows(
            """
            SELECT id, kind, guests, rooms, base_price, base_price_currency FROM rooms
            WHERE hotel_id = \(id) ORDER BY base_price, id
            """
        ) { row in
            RoomType(
                id: try row.get(0),
                hotelID: id,
                kind: try row.get(1),
                guests: try row.get(2),
                rooms: try row.get(3),
                basePrice: Money(minorUnits: try row.get(4), currency: try row.get(5))
            )
        }
        return HotelDetails(hotel: hotel, city: city.city, rooms: rooms)
    }

    /// What the search index knows of the hotels after one, for a rebuild.
    @Sendable static func documents(
        after: Identifier?,
        limit: Int,
        _ tx: Transaction
    ) async throws -> [SearchDocument] {
        let first = after.map { "WHERE id > \($0)" as SQL } ?? ""
        let ids: [Identifier] = try await tx.rows("SELECT id FROM hotels \(first) ORDER BY id LIMIT \(limit)") { row in
            try row.get(0)
        }
        var documents: [SearchDocument] = []
        for id in ids {
            if let details = try await details(id, tx) { documents.append(try SearchDocument(details)) }
        }
        return documents
    }

    /// Every city with the number of its hotels, the largest first.
    func cities() async throws -> [CityListing] {
        try await database.read { tx in
            let rows = try await tx.all(
                """
                SELECT cities.*, (SELECT count(*) FROM hotels WHERE hotels.city_id = cities.id) AS hotels
                FROM cities ORDER BY hotels DESC, id
                """,
                as: CityRow.self
            )
            return rows.map { CityListing(city: $0.city, hotels: $0.hotels ?? 0) }
        }
    }

    /// Adds the cities, hotels and rooms of the demo, where there are none.
    func seedOnce() async throws {
        try await database.write(limit: .seconds(60)) { tx in
            guard try await tx.first("SELECT 1 FROM hotels LIMIT 1", as: Int.self) == nil else { return }
            try await Self.seed(DemoData.make(firstNight: Instant.now.date), tx)
        }
    }

    private static func seed(_ demo: DemoData, _ tx: Transaction) async throws {
        for city in demo.cities {
            try await tx.execute(
                """
                INSERT INTO cities (id, name_en, name_ko, local_name, country, currency) VALUES (\(city.id),
                    \(city.name.en), \(city.name.ko), \(city.localName), \(city.country), \(city.currency))
                """
            )
        }
        for hotel in demo.hotels {
            let details = try JSONText(encoding: hotel)
            try await tx.execute(
                "INSERT INTO hotels (id, city_id, details) VALUES (\(hotel.id), \(hotel.cityID), \(details))"
            )
        }
        for room in demo.rooms {
            try await tx.execute(
                """
                INSERT INTO rooms (hotel_id, id, kind, guests, rooms, base_price, base_price_currency)
                VALUES (\(room.hotelID), \(room.id), \(room.kind), \(room.guests), \(room.rooms),
                    \(room.basePrice.minorUnits), \(room.basePrice.currency))
                """
            )
        }
        for document in try await documents(after: nil, limit: demo.hotels.count, tx) {
            try await HotelSearch.index.put(document, in: tx)
        }
    }
}

/// A row of `cities`, with a count where it was asked for.
private struct CityRow: Decodable {
    let id: String
    let nameEn: String
    let nameKo: String
    let localName: String?
    let country: String
    let currency: Currency
    let hotels: Int?

    var city: City {
        City(
            id: id,
            name: Localized(en: nameEn, ko: nameKo),
            localName: localName,
            country: country,
            currency: currency
        )
    }
}

extension RoomKind: SQLConvertible {}
