import NIOCore
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
        try await cache.valueIfPresent(for: id, ttl: .seconds(600), absentTTL: .zero) { try await stored(id) }
    }

    /// A hotel as it is stored now, past the cache; nil where there is none.
    func stored(_ id: Identifier) async throws -> CachedHotel? {
        try await database.read { tx in
            try await tx.rows("SELECT details FROM hotels WHERE id = \(id)") { row in
                CachedHotel(json: try row.withBytes(0) { ByteBuffer(bytes: $0) })
            }.first
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

    /// What the search index knows of the hotels after one, for a rebuild.
    @Sendable static func documents(
        after: Identifier?,
        limit: Int,
        _ tx: Transaction
    ) async throws -> [SearchDocument] {
        let rest = after.map { "WHERE id > \($0)" as SQL } ?? ""
        return try await tx.rows("SELECT details FROM hotels \(rest) ORDER BY id LIMIT \(limit)") { row in
            try SearchDocument(row.get(0, as: JSONText.self).decode(HotelDetails.self))
        }
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
            try await tx.enqueue(
                """
                INSERT INTO cities (id, name_en, name_ko, local_name, country, currency) VALUES (\(city.id),
                    \(city.name.en), \(city.name.ko), \(city.localName), \(city.country), \(city.currency))
                """
            )
        }
        let cities = Dictionary(uniqueKeysWithValues: demo.cities.map { ($0.id, $0) })
        let rooms = Dictionary(grouping: demo.rooms, by: \.hotelID)
        for hotel in demo.hotels {
            guard let city = cities[hotel.cityID] else { continue }
            let cheapestFirst = rooms[hotel.id, default: []].sorted {
                ($0.basePrice.minorUnits, $0.id) < ($1.basePrice.minorUnits, $1.id)
            }
            let details = HotelDetails(hotel: hotel, city: city, rooms: cheapestFirst)
            try await tx.enqueue(
                """
                INSERT INTO hotels (id, city_id, details)
                VALUES (\(hotel.id), \(hotel.cityID), \(try JSONText(encoding: details)))
                """
            )
            try await HotelSearch.index.put(SearchDocument(details), in: tx)
        }
        for room in demo.rooms {
            try await tx.enqueue(
                """
                INSERT INTO rooms (hotel_id, id, kind, guests, rooms, base_price, base_price_currency)
                VALUES (\(room.hotelID), \(room.id), \(room.kind), \(room.guests), \(room.rooms),
                    \(room.basePrice.minorUnits), \(room.basePrice.currency))
                """
            )
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
