import PandoDatabase
import Testing

@testable import PandoEvents

@Suite struct SearchFilterTests {
    private func filled() async throws -> SearchFixture {
        let search = try await SearchFixture()
        try await search.put(
            ["name": "A", "city": "Seoul", "price": 100, "nights": ["2026-12-01", "2026-12-02"]],
            stored: "a"
        )
        try await search.put(["name": "B", "city": "Busan", "price": 200, "nights": ["2026-12-02"]], stored: "b")
        try await search.put(["name": "C", "city": "Seoul", "price": 300], stored: "c")
        try await search.put(["name": "D"], stored: "d")
        return search
    }

    @Test(
        arguments: [
            ([], "abcd"),
            ([.equals("city", "Seoul")], "ac"),
            ([.equals("city", "seoul")], ""),
            ([.anyOf("city", ["Seoul", "Busan"])], "abc"),
            ([.anyOf("city", [])], ""),
            ([.equals("price", 200)], "b"),
            ([.range("price", from: 200)], "bc"),
            ([.range("price", through: 200)], "ab"),
            ([.range("price", from: 101, through: 299.5)], "b"),
            ([.range("price")], "abc"),
            ([.range("city", from: "C")], "ac"),
            ([.equals("nights", "2026-12-02")], "ab"),
            ([.anyOf("nights", ["2026-12-01", "x"])], "a"),
            ([.allOf("nights", ["2026-12-01", "2026-12-02"])], "a"),
            ([.allOf("nights", ["2026-12-02", "2026-12-02"])], "ab"),
            ([.allOf("nights", [])], "abcd"),
            ([.equals("city", "Seoul"), .range("price", from: 150)], "c"),
            ([.equals("city", "'; DROP TABLE x")], ""),
        ] as [([SearchFilter], String)]
    )
    func narrows(_ filters: [SearchFilter], _ expected: String) async throws {
        let search = try await filled()
        for sort in [SearchSort.relevance, .ascending("price"), .descending("city")] {
            let page = try await search.search(SearchQuery(filters: filters, sort: sort))
            #expect(page.hits.compactMap(\.stored).sorted().joined() == expected)
            #expect(page.count == BoundedCount(value: expected.count, isExact: true))
        }
    }

    @Test(
        arguments: [
            (.ascending("price"), "abcd"), (.descending("price"), "cbad"), (.ascending("city"), "bacd"),
            (.descending("city"), "cabd"),
        ] as [(SearchSort, String)]
    )
    func sorts(_ sort: SearchSort, _ expected: String) async throws {
        let page = try await filled().search(SearchQuery(sort: sort))
        #expect(page.hits.compactMap(\.stored).joined() == expected)
    }

    @Test func textFiltersAndSortGoTogether() async throws {
        let search = try await filled()
        try await search.put(["name": "신라호텔", "city": "Seoul", "price": 50], stored: "1")
        try await search.put(["name": "롯데호텔", "city": "Seoul", "price": 40], stored: "2")
        try await search.put(["name": "파라다이스호텔", "city": "Busan", "price": 30], stored: "3")
        let query = SearchQuery("호텔은", filters: [.equals("city", "Seoul")], sort: .ascending("price"))
        #expect(try await search.search(query).hits.map(\.stored) == ["2", "1"])
    }

    @Test func putReplacesAndTagsChange() async throws {
        let search = try await SearchFixture()
        let id = try await search.put(["name": "신라호텔", "city": "Seoul", "nights": ["1", "2"]], stored: "old")
        try await search.put(["name": "롯데호텔", "price": 5, "nights": ["2", "3"]], id: id, stored: "new")
        #expect(try await !search.finds("신라"))
        #expect(try await search.search(SearchQuery("롯데")).hits == [SearchHit(id: id, stored: "new")])
        func has(_ filter: SearchFilter) async throws -> Bool {
            try await !search.search(SearchQuery(filters: [filter])).hits.isEmpty
        }
        #expect(try await !has(.equals("city", "Seoul")))
        #expect(try await has(.allOf("nights", ["2", "3"])))
        #expect(try await !has(.equals("nights", "1")))
        try await search.fixture.bank.write { tx in
            try await search.index.updateTags("nights", of: id, adding: ["1", "9"], removing: ["2", "7"], in: tx)
            try await search.index.updateTags("nights", of: Identifier(), adding: ["1"], in: tx)
        }
        #expect(try await has(.allOf("nights", ["1", "3", "9"])))
        #expect(try await !has(.equals("nights", "2")))
        #expect(try await search.search(SearchQuery()).hits.count == 1)
    }

    @Test func countsAreBounded() async throws {
        let search = try await SearchFixture()
        for number in 0..<7 { try await search.put(["name": "x", "price": .number(number)]) }
        #expect(try await search.search(SearchQuery("x", countUpTo: 5)).count == BoundedCount(value: 5, isExact: false))
        #expect(try await search.search(SearchQuery("x", countUpTo: 7)).count == BoundedCount(value: 7, isExact: true))
        #expect(try await search.search(SearchQuery("x", countUpTo: 0)).count == nil)
    }

    @Test(arguments: [
        SearchQuery(limit: 0), SearchQuery(limit: 201), SearchQuery(countUpTo: -1),
        SearchQuery(filters: [.equals("nope", 1)]),
        SearchQuery(filters: [.equals("name", "x")]), SearchQuery(filters: [.equals("price", "x")]),
        SearchQuery(filters: [.equals("price", .number(.nan))]), SearchQuery(filters: [.range("nights", from: "1")]),
        SearchQuery(filters: [.allOf("city", ["x"])]), SearchQuery(filters: [.equals("city", "\u{0}")]),
        SearchQuery(filters: [.equals("city", ["x"])]), SearchQuery(sort: .ascending("name")),
        SearchQuery(sort: .descending("nope")),
    ])
    func badQueriesAreToldPrecisely(_ query: SearchQuery) async throws {
        let search = try await SearchFixture()
        #expect(await EventsError.code { _ = try await search.search(query) } == .invalidQuery)
    }

    @Test(
        arguments: [
            ["nope": 1], ["price": "x"], ["name": 1], ["nights": "x"], ["price": .number(.infinity)], ["city": "\u{0}"],
            ["city": .text(String(repeating: "x", count: 1025))],
            ["name": .text(String(repeating: "x", count: 1 << 20 + 1))],
        ] as [[String: SearchValue]]
    )
    func badDocumentsAreToldPrecisely(_ fields: [String: SearchValue]) async throws {
        let search = try await SearchFixture()
        #expect(await EventsError.code { _ = try await search.put(fields) } == .invalidDocument)
    }

    @Test func anIndexThatWasNotPreparedSaysSo() async throws {
        let fixture = try await Fixture()
        let index = SearchIndex("late", [.text("name")])
        let code = EventsError.Code.projectionNotReady("late")
        #expect(
            await EventsError.code { _ = try await fixture.bank.read { try await index.search(SearchQuery(), in: $0) } }
                == code
        )
        let put = await EventsError.code {
            try await fixture.bank.write { try await index.put(SearchDocument(Identifier(), [:]), in: $0) }
        }
        #expect(put == code)
    }
}
