import PandoDatabase
import TestSupport
import Testing

@testable import PandoEvents

/// An index with documents, ready to be searched.
struct SearchFixture {
    let fixture: Fixture
    let index = SearchIndex(
        "places",
        [.text("name", weight: 3), .text("about"), .keyword("city"), .number("price"), .tags("nights")]
    )

    init() async throws {
        fixture = try await Fixture()
        try await fixture.projections([.index(index, on: fixture.bank)]).prepare()
    }

    @discardableResult
    func put(_ fields: [String: SearchValue], id: Identifier = Identifier(), stored: String? = nil) async throws
        -> Identifier
    {
        try await fixture.bank.write { tx in
            try await index.put(SearchDocument(id, fields, stored: stored), in: tx)
        }
        return id
    }

    func search(_ query: SearchQuery) async throws -> SearchPage {
        try await fixture.bank.read { tx in try await index.search(query, in: tx) }
    }

    func finds(_ text: String) async throws -> Bool { try await !search(SearchQuery(text)).hits.isEmpty }
}

@Suite struct SearchTextTests {
    /// Document text, query, whether it is found.
    private static let cases: [(String, String, Bool)] = [
        // Korean: any part, particles, spaces, forms of writing.
        ("신라호텔 서울", "호텔", true), ("신라호텔 서울", "신라호텔", true), ("신라호텔 서울", "라호", true),
        ("신라호텔 서울", "호", true), ("신라호텔 서울", "텔", true), ("신라호텔 서울", "울", true), ("신라호텔 서울", "부", false),
        ("신라호텔 서울", "호텔은", true), ("신라호텔 서울", "호텔에서는", true), ("신라호텔 서울", "서울의 호텔", true),
        ("신라호텔 서울", "호텔는", false), ("신라호텔 서울", "신라 호텔", true), ("신라 호텔", "신라호텔", true),
        ("신라 호텔", "신라호텔에서", true), ("호텔은 좋다", "호텔", true), ("호텔", "모텔", false), ("신라 호텔", "호텔신라", false),
        ("\u{1112}\u{1169}\u{1110}\u{1166}\u{11AF}", "호텔", true),
        ("호텔", "\u{1112}\u{1169}\u{1110}\u{1166}\u{11AF}", true),
        ("제주도 바다", "제주", true), ("제주 바다", "제주도", true), ("방 2개", "방", true), ("강남역 3번 출구", "강남역에서", true),
        // Japanese: any part, kana, width.
        ("東京ホテル", "東京", true), ("東京ホテル", "ホテル", true), ("東京ホテル", "ほてる", true), ("東京ホテル", "ﾎﾃﾙ", true),
        ("東京ﾎﾃﾙ", "ホテル", true), ("東京ほてる", "ホテル", true), ("東京ホテル", "京ホ", true), ("東京ホテル", "京", true),
        ("東京ホテル", "大阪", false), ("グランド・ホテル", "グランドホテル", true), ("グランドホテル", "グランド・ホテル", true),
        ("パン", "ハン", false), ("ﾊﾟﾝ", "パン", true), ("すもものもも", "もも", true), ("佐々木旅館", "佐々木", true),
        ("ラーメン横丁", "らーめん", true), ("𠮷野家", "𠮷野", true), ("𠮷野家", "𠮷", true),
        // Latin: beginnings of words, case, diacritics, width.
        ("Grand Hyatt Seoul", "hyatt", true), ("Grand Hyatt Seoul", "gran hy", true),
        ("Grand Hyatt Seoul", "yatt", false),
        ("Grand Hyatt Seoul", "SEOUL GRAND", true), ("Grand Hyatt Seoul", "ｇｒａｎｄ", true),
        ("Hôtel d'Été", "hotel ete", true),
        ("Hotel d'Ete", "Hôtel Été", true), ("Weißes Rössl", "weisses rossl", true), ("Łódź", "lodz", true),
        ("Grand Hyatt Seoul", "grand hilton", false), ("Room 1204", "12", true), ("W", "w", true), ("W", "wh", false),
        // Mixed, other scripts.
        ("JR東京駅 ホテル", "東京駅", true), ("JR東京駅 ホテル", "jr 駅", true), ("JR東京駅 ホテル", "jr東京", true),
        ("Lotte호텔 부산", "lotte 호텔", true), ("Lotte호텔 부산", "Lotte호텔은", true), ("Гранд Отель", "отель", true),
        ("Ξενοδοχείο", "ξενοδοχειο", true), ("हिन्दी होटल", "होटल", true), ("हिन्दी होटल", "हिन्द", true),
        ("हिन्दी होटल", "हनद", false), ("โรงแรมไทย", "โรงแรม", true), ("فُنْدُق", "فُنْ", true),
        // Nothing typed, or nothing that can be found.
        ("anything", "", true), ("anything", "  \n", true), ("anything", "!!!", false),
        ("anything", "\u{1F600}", false),
    ]

    @Test func findsWhatAReaderWouldFind() async throws {
        let search = try await SearchFixture()
        for (text, query, isFound) in Self.cases {
            let id = try await search.put(["name": .text(text)])
            #expect(try await search.finds(query) == isFound, "\(query) in \(text)")
            try await search.fixture.bank.write { tx in try await search.index.remove(id, in: tx) }
        }
        #expect(try await !search.finds(""))
    }

    @Test(arguments: [
        "\"", "\"\"\"", "'", "AND", "OR", "NOT", "NEAR(a, b)", "a AND", "name:hotel", "{name} : hotel", "hotel*",
        "^hotel", "-hotel",
        "+hotel", "(hotel", "hotel)", "a\"b", "\\", "%", "_", "; DROP TABLE x; --", "\u{0}", "\u{202E}hotel", "f_name",
        "hotel \"",
        "호텔\" OR \"", "\u{FFFF}", "a\u{0}b", "\"*", "* *",
    ])
    func noInputIsAnOperator(_ text: String) async throws {
        let search = try await SearchFixture()
        try await search.put(["name": "a grand place", "about": "zzz"])
        let page = try await search.search(SearchQuery(text))
        let words = TextRun.runs(in: TextFolding.fold(text))
        let expected = !words.isEmpty && words.allSatisfy { $0 == .word("a") }
        #expect(page.hits.isEmpty != expected)
    }

    @Test func wordsMayStandInDifferentTexts() async throws {
        let search = try await SearchFixture()
        try await search.put(["name": "신라호텔", "about": "near Namsan"])
        #expect(try await search.finds("호텔 namsan"))
        #expect(try await !search.finds("호텔 hangang"))
    }

    @Test func everyHangulAndKanaLetterIsFoundAlone() async throws {
        let search = try await SearchFixture()
        var random = SeededGenerator(seed: 7)
        let hangul = (0..<40).map { _ in UInt32.random(in: 0xAC00...0xD7A3, using: &random) }
        let kana = (0..<20).map { _ in UInt32.random(in: 0x30A1...0x30F4, using: &random) }
        let han = (0..<40).map { _ in UInt32.random(in: 0x4E00...0x9FFF, using: &random) }
        for value in hangul + kana + han {
            let letter = String(Unicode.Scalar(value)!)  // all of these are scalars
            let id = try await search.put(["name": .text("\(letter)x \(letter)")])
            #expect(try await search.finds(letter), "U+\(String(value, radix: 16))")
            try await search.fixture.bank.write { tx in try await search.index.remove(id, in: tx) }
        }
    }
}

@Suite struct SearchRelevanceTests {
    @Test func closerDocumentsComeFirst() async throws {
        let search = try await SearchFixture()
        let documents: [(String, String)] = [
            ("신라호텔", ""),  // in the heaviest text
            ("신라호텔 제주 바다 전망", ""),  // the same, longer
            ("Shilla", "호텔"),  // in a lighter text
            ("Shilla", "호텔은 좋다 호텔"),
        ]
        for (name, about) in documents.shuffled() {
            try await search.put(["name": .text(name), "about": .text(about)], stored: "\(name)|\(about)")
        }
        let page = try await search.search(SearchQuery("호텔"))
        #expect(page.hits.prefix(2).map(\.stored) == ["신라호텔|", "신라호텔 제주 바다 전망|"])
        #expect(Set(page.hits.suffix(2).map(\.stored)) == ["Shilla|호텔", "Shilla|호텔은 좋다 호텔"])
    }

    @Test func whatWasTypedComesBeforeWhatWasMeant() async throws {
        let search = try await SearchFixture()
        try await search.put(["name": "Hyattsville Inn"], stored: "beginning")
        try await search.put(["name": "Hyatt Regency Incheon Airport"], stored: "word")
        #expect(try await search.search(SearchQuery("hyatt")).hits.map(\.stored) == ["word", "beginning"])
        try await search.put(["name": "호텔"], stored: "stem")
        try await search.put(["name": "좋은 호텔은 여기"], stored: "typed")
        #expect(try await search.search(SearchQuery("호텔은")).hits.map(\.stored) == ["typed", "stem"])
    }
}
