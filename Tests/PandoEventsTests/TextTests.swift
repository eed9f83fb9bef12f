import Testing

@testable import PandoEvents

@Suite struct TextFoldingTests {
    @Test(arguments: [
        ("Hotel", "hotel"), ("ＨＯＴＥＬ", "hotel"), ("Café", "cafe"), ("Cafe\u{301}", "cafe"), ("Ångström", "angstrom"),
        ("Straße", "strasse"), ("Łódź", "lodz"), ("Ærø", "aero"), ("İstanbul", "istanbul"), ("ısı", "isi"),
        ("ΟΔΟΣ", "οδοσ"),
        ("ﬁn", "fin"), ("①②", "12"), ("ﾎﾃﾙ", "ほてる"), ("ホテル", "ほてる"), ("ほてる", "ほてる"), ("ﾊﾟﾝ", "ぱん"),
        ("ガ", "が"), ("か", "か"), ("호텔", "호텔"), ("\u{1112}\u{1169}\u{1110}\u{1166}\u{11AF}", "호텔"), ("東京", "東京"),
        ("ラーメン", "らーめん"), ("ﾗｰﾒﾝ", "らーめん"),
    ])
    func foldsWhatReadersTakeForTheSame(_ text: String, _ expected: String) {
        #expect(TextFolding.fold(text) == expected)
        #expect(TextFolding.fold(TextFolding.fold(text)) == TextFolding.fold(text))
    }

    @Test func foldingIsIdempotentForAllLetters() {
        let scalars = (0...0x2FFFF).compactMap(Unicode.Scalar.init).filter { $0.properties.isAlphabetic }
        for scalar in scalars {
            let once = TextFolding.fold(String(scalar))
            #expect(TextFolding.fold(once) == once, "U+\(String(scalar.value, radix: 16))")
        }
    }
}

@Suite struct IndexTextTests {
    @Test(arguments: [
        ("호텔은", "호텔 텔은 은"), ("방", "방"), ("Grand Hyatt", "grand hyatt"), ("JR東京駅", "jr 東京 京駅 駅"),
        ("グランド・ホテル", "ぐら らん んど ど ほて てる る"), ("L'Hôtel-Dieu", "l hotel dieu"), ("", ""), ("!?", ""),
        ("서울 2호선", "서울 울 2 호선 선"),
    ])
    func splitsIntoWords(_ text: String, _ expected: String) {
        #expect(IndexText(text).joined == expected)
    }

    @Test func cutsEndlessWords() {
        #expect(IndexText(String(repeating: "a", count: 1000)).words == [String(repeating: "a", count: 64)])
    }
}

@Suite struct KoreanEndingsTests {
    @Test(arguments: [
        ("호텔은", ["호텔"]), ("호텔에서는", ["호텔에서", "호텔"]), ("호텔로", ["호텔"]), ("호텔는", []), ("서울까지", ["서울"]),
        ("방에서", ["방"]), ("방은", []), ("호텔", []), ("호텔들은", ["호텔들", "호텔"]), ("バスは", []), ("hotel은", []),
        ("부산으로부터", ["부산"]), ("종로", []),
    ])
    func takesParticlesOff(_ word: String, _ stems: [String]) {
        #expect(KoreanEndings.stems(of: Array(word.unicodeScalars)).map { String($0) } == stems)
    }
}

@Suite struct SearchTermsTests {
    @Test func refusesTooMuch() {
        #expect(throws: EventsError.self) { try SearchTerms(String(repeating: "가", count: 257)) }
        #expect(throws: EventsError.self) { try SearchTerms(String(repeating: "a ", count: 17)) }
        #expect(throws: Never.self) { try SearchTerms(String(repeating: "가", count: 256)) }
    }

    @Test func operatorsAreText() throws {
        let terms = try SearchTerms(#"a" OR name:"b* NEAR(c, 2) {x} ^-+ ;DROP"#)
        #expect(
            terms.runs == ["a", "or", "name", "b", "near", "c", "2", "x", "drop"].map { TextRun.word($0) }
        )
    }

    @Test func looksForSpacesInLongerWords() {
        let phrases = SearchTerms.phrases(for: .syllables(Array("신라호텔".unicodeScalars)), .loose)
        #expect(phrases.contains(SearchPhrase(["신라", "라", "호텔"])))
        #expect(phrases.contains(SearchPhrase(["신라", "라호", "호텔"])))
    }
}
