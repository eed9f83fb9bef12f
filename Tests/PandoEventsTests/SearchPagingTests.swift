import PandoDatabase
import TestSupport
import Testing

@testable import PandoEvents

@Suite struct SearchPagingTests {
    private struct Place: Equatable {
        var name: String
        var city: String?
        var price: Int?
    }

    private static let sorts: [SearchSort] = [
        .relevance, .ascending("price"), .descending("price"), .ascending("city"), .descending("city"),
    ]

    /// While documents come, go and change between the pages, those left alone are each met exactly once, and in order.
    @Test(arguments: [11, 12, 13, 14, 15, 16] as [UInt64], ["", "호텔", "gran"])
    func pagesNeitherRepeatNorSkip(seed: UInt64, text: String) async throws {
        var random = SeededGenerator(seed: seed)
        let search = try await SearchFixture()
        var places: [Identifier: Place] = [:]
        func matching(_ place: Place) -> Bool {
            text.isEmpty || place.name.contains(text == "gran" ? "Grand" : text)
        }
        func put(_ id: Identifier = Identifier()) async throws {
            let place = Self.place(&random)
            places[id] = place
            try await search.put(Self.fields(place), id: id)
        }
        for _ in 0..<40 { try await put() }
        for sort in Self.sorts {
            var untouched = Set(places.filter { matching($0.value) }.keys)
            var query = SearchQuery(text, sort: sort, limit: Int.random(in: 1...7, using: &random))
            var seen: [Identifier] = []
            repeat {
                let page = try await search.search(query)
                #expect(page.hits.count <= query.limit)
                seen += page.hits.map(\.id)
                query.cursor = page.next
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let existing = places.keys.sorted().randomElement(using: &random)
                    switch (Int.random(in: 0..<3, using: &random), existing) {
                    case (1, let id?):
                        places[id] = nil
                        untouched.remove(id)
                        try await search.fixture.bank.write { tx in try await search.index.remove(id, in: tx) }
                    case (2, let id?):
                        untouched.remove(id)
                        try await put(id)
                    default: try await put()
                    }
                }
            } while query.cursor != nil && seen.count < 1000
            for id in untouched { #expect(seen.count { $0 == id } == 1, "seed \(seed), \(sort), \(text)") }
            guard sort != .relevance else { continue }
            let still = seen.filter(untouched.contains)
            #expect(still == still.sorted { Self.precedes(($0, places[$0]), ($1, places[$1]), sort) })
        }
    }

    @Test func aWholeWalkIsOneOrder() async throws {
        var random = SeededGenerator(seed: 3)
        let search = try await SearchFixture()
        for _ in 0..<60 { try await search.put(Self.fields(Self.place(&random))) }
        for sort in Self.sorts {
            for text in ["", "호텔"] {
                let all = try await search.search(SearchQuery(text, sort: sort, limit: 200)).hits
                var walked: [SearchHit] = []
                var query = SearchQuery(text, sort: sort, limit: 7)
                repeat {
                    let page = try await search.search(query)
                    walked += page.hits
                    query.cursor = page.next
                } while query.cursor != nil
                #expect(walked == all)
            }
        }
    }

    @Test func cursorsAreChecked() async throws {
        let search = try await SearchFixture()
        for number in 0..<5 { try await search.put(["name": "x", "price": .number(number)]) }
        var query = SearchQuery("x", sort: .ascending("price"), limit: 2)
        let cursor = try #require(try await search.search(query).next)
        func code(_ query: SearchQuery) async -> EventsError.Code? {
            await EventsError.code { _ = try await search.search(query) }
        }
        for index in cursor.indices {
            var damaged = cursor
            damaged.replaceSubrange(index...index, with: cursor[index] == "A" ? "B" : "A")
            query.cursor = damaged
            #expect(await code(query) == .invalidCursor)
        }
        for text in [
            "", "x", "!", String(cursor.dropLast()), cursor + "AAAA", String(repeating: "A", count: 20_000), "호텔",
        ] {
            query.cursor = text
            #expect(await code(query) == .invalidCursor)
        }
        // Well made, and asking for what no engine can compare with.
        let zero = SearchCursor(key: .text("a\0"), id: Identifier())
        query.cursor = try zero.encoded(for: query, index: search.index.name)
        #expect(await code(query) == .invalidCursor)
        query.cursor = cursor
        #expect(await code(query) == nil)
        query.limit = 3
        query.countUpTo = 0
        #expect(await code(query) == nil)
        var other = query
        other.text = "y"
        #expect(await code(other) == .invalidCursor)
        other = query
        other.sort = .descending("price")
        #expect(await code(other) == .invalidCursor)
        other = query
        other.filters = [.range("price", from: 0)]
        #expect(await code(other) == .invalidCursor)
    }

    // MARK: A model of what is expected

    private static func place(_ random: inout SeededGenerator) -> Place {
        let names = ["호텔", "신라호텔", "좋은 호텔은", "Grand Inn", "Grand 호텔", "Motel", "그랜드"]
        return Place(
            name: names.randomElement(using: &random) ?? "",
            city: ["Seoul", "Busan", "서울", nil].randomElement(using: &random) ?? nil,
            price: [nil, 1, 2, 3].randomElement(using: &random) ?? nil
        )
    }

    private static func fields(_ place: Place) -> [String: SearchValue] {
        var fields: [String: SearchValue] = ["name": .text(place.name)]
        fields["city"] = place.city.map { .text($0) }
        fields["price"] = place.price.map { .number($0) }
        return fields
    }

    /// Whether the first comes before the second in an order by a field.
    private static func precedes(_ a: (Identifier, Place?), _ b: (Identifier, Place?), _ sort: SearchSort) -> Bool {
        func compare<V: Comparable>(_ x: V?, _ y: V?, _ ascending: Bool) -> Bool {
            guard let x, let y else { return x == nil && y == nil ? a.0 < b.0 : y == nil }
            if x == y { return ascending ? a.0 < b.0 : a.0 > b.0 }
            return ascending ? x < y : x > y
        }
        switch sort {
        case .relevance: preconditionFailure("the model does not know relevance")
        case .ascending("price"): return compare(a.1?.price, b.1?.price, true)
        case .descending("price"): return compare(a.1?.price, b.1?.price, false)
        case .ascending: return compare(a.1?.city.map(Bytes.init), b.1?.city.map(Bytes.init), true)
        case .descending: return compare(a.1?.city.map(Bytes.init), b.1?.city.map(Bytes.init), false)
        }
    }

    private struct Bytes: Comparable {
        let bytes: [UInt8]
        init(_ text: String) { bytes = Array(text.utf8) }
        static func < (a: Bytes, b: Bytes) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
    }
}
