import PandoDatabase
import PandoEvents

/// Finds hotels: by words and filters through the search index, by dates through a count of the nights sold.
///
/// Both are read models, a moment behind the reservations; the desk has the last word on a booking.
struct HotelSearch: Sendable {
    let database: Database

    /// What guests search in. The text is found in any script; prices are in euro, by the number of guests.
    static let index = SearchIndex(
        "hotels",
        [
            .text("name", weight: 3), .text("place"), .keyword("city"), .number("score"),
        ] + (1...HotelQuery.mostGuests).map { .number(price(for: $0)) }
    )

    /// Most pages of the index that are looked through for one page of hotels with free rooms.
    private static let patience = 10

    /// The hotels that fit, a page of them.
    ///
    /// - Throws: `EventsError` where the cursor or the words cannot be used.
    func search(_ query: HotelQuery) async throws -> HotelResults {
        try await database.read { tx in
            var found: [HotelListing] = []
            var cursor = query.cursor
            for _ in 1...Self.patience {
                let page = try await Self.index.search(indexQuery(query, query.limit - found.count, cursor), in: tx)
                let free = try await free(among: page.hits.map(\.id), query, tx)
                found += try page.hits.filter { free.contains($0.id) }.map { hit in
                    try hit.decode(IndexedHotel.self).listing(guests: query.guests)
                }
                cursor = page.next
                if cursor == nil || found.count == query.limit { break }
            }
            return HotelResults(items: found, next: cursor)
        }
    }

    private func indexQuery(_ query: HotelQuery, _ limit: Int, _ cursor: String?) -> SearchQuery {
        let price = Self.price(for: query.guests)
        let sort: SearchSort =
            switch query.sort {
            case .recommended: query.words.isEmpty ? .descending("score") : .relevance
            case .price: .ascending(price)
            case .score: .descending("score")
            }
        // Only hotels with a room for so many have such a price.
        let filters = [SearchFilter.range(price, from: 0)] + (query.cityID.map { [.equals("city", .text($0))] } ?? [])
        return SearchQuery(query.words, filters: filters, sort: sort, limit: limit, cursor: cursor, countUpTo: 0)
    }

    /// Those of the hotels that have one room for all the guests on all the nights.
    private func free(among hotels: [Identifier], _ query: HotelQuery, _ tx: ReadTransaction) async throws -> Set<
        Identifier
    > {
        guard let stay = query.stay else { return Set(hotels) }
        return Set(
            try await tx.rows(
                """
                SELECT DISTINCT hotel_id FROM rooms WHERE hotel_id IN \(hotels) AND guests >= \(query.guests)
                AND NOT EXISTS (
                    SELECT 1 FROM room_nights AS nights WHERE nights.hotel_id = rooms.hotel_id AND nights.room_id = rooms.id
                    AND nights.night >= \(stay.from) AND nights.night < \(stay.to) AND nights.sold >= rooms.rooms
                )
                """
            ) { row in try row.get(0) }
        )
    }

    /// Counts the nights of a reservation as sold, or as free again.
    static func count(_ change: ReservationChanged, _ tx: Transaction) async throws {
        try await tx.enqueue(
            """
            INSERT INTO room_nights (hotel_id, room_id, night, sold) VALUES \(change.soldNights)
            ON CONFLICT (hotel_id, room_id, night) DO UPDATE SET sold = room_nights.sold + excluded.sold
            """
        )
    }

    /// The field with the price of the cheapest room for so many.
    private static func price(for guests: Int) -> String { "price\(guests)" }
}

/// What the index stores of a hotel, to show a hit without another read.
private struct IndexedHotel: Codable {
    let hotel: Hotel
    let city: Localized
    /// The price of the cheapest room for 1, 2, 3… guests.
    let prices: [Money]

    func listing(guests: Int) -> HotelListing {
        HotelListing(
            id: hotel.id,
            name: hotel.name,
            localName: hotel.localName,
            cityID: hotel.cityID,
            city: city,
            district: hotel.district,
            stars: hotel.stars,
            score: hotel.score,
            reviews: hotel.reviews,
            price: prices[min(guests, prices.count) - 1]
        )
    }
}

extension SearchDocument {
    /// What the index knows of a hotel.
    init(_ details: HotelDetails) throws {
        let hotel = details.hotel
        let prices = (1...HotelQuery.mostGuests).compactMap { guests in
            details.rooms.filter { $0.guests >= guests }.map(\.basePrice).min { $0.minorUnits < $1.minorUnits }
        }
        let names = [hotel.name, hotel.localName ?? ""]
        let places = [
            hotel.district.en, hotel.district.ko, details.city.name.en, details.city.name.ko,
            details.city.localName ?? "",
        ]
        var fields: [String: SearchValue] = [
            "name": .text(names.joined(separator: " ")), "place": .text(places.joined(separator: " ")),
            "city": .text(hotel.cityID), "score": .number(hotel.score),
        ]
        for (index, price) in prices.enumerated() { fields["price\(index + 1)"] = .number(price.inEuro) }
        self = try SearchDocument(
            hotel.id,
            fields,
            storing: IndexedHotel(hotel: hotel, city: details.city.name, prices: prices)
        )
    }
}
