import PandoDatabase
import Testing

@testable import HotelService

@Suite struct HTMLTests {
    @Test func escapesWhatIsNotMarkup() {
        let evil = #"<script>"x" & 'y'</script>"#
        let html: HTML = "<p title=\"\(evil)\">\(evil)</p>"
        let escaped = "&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;"
        #expect(html.text == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test func keepsMarkupInMarkup() {
        let items: [HTML] = ["a", "b"].map { "<li>\($0)</li>" }
        let nothing: HTML? = nil
        let list: HTML = "<ul>\(items)\(nothing)\(HTML.when(false, "<li>c</li>"))</ul>"
        #expect(list.text == "<ul><li>a</li><li>b</li></ul>")
    }

    @Test func picturesAreTheSameForTheSameName() {
        #expect(Scenery(of: "a", in: "seoul").svg.text == Scenery(of: "a", in: "seoul").svg.text)
        #expect(Scenery(of: "a", in: "seoul").svg.text != Scenery(of: "b", in: "seoul").svg.text)
    }

    @Test(arguments: [
        ("ko-KR,ko;q=0.9,en;q=0.8", Language.korean), ("en-GB,en;q=0.9,ko;q=0.1", .english), ("fr,de;q=0.5", .english),
        ("de, ko;q=0.3, en;q=0.2", .korean), ("ko;q=0", .english), ("", .english),
    ])
    func choosesTheLanguageThatTheReaderPrefers(header: String, language: Language) {
        #expect(Language.preferred(header) == language)
    }

    @Test func writesMoneyAndDaysAsPeopleDo() {
        let won = Money(units: 1_148_000, Currency("KRW")!)
        #expect(Language.english.format(won) == "₩1,148,000")
        #expect(Language.english.format(Money(minorUnits: 12_505, currency: Currency("EUR")!)) == "€125.05")
        #expect(Language.korean.compact(won) == "114.8만")
        #expect(Language.english.compact(won) == "1.1M")
        let day = LocalDate("2026-11-21")!
        #expect(Language.english.format(day) == "Sat 21 Nov 2026")
        #expect(Language.korean.format(day) == "2026년 11월 21일 (토)")
    }

    @Test(arguments: [
        (99_600, "100k", "10만"), (99_499, "99k", "9.9만"), (148_500, "149k", "14.9만"), (999_600, "1M", "100만"),
        (9_960, "9,960", "9,960"),
    ])
    func pricesInCalendarsAreRoundedToTheNearest(won: Int, english: String, korean: String) {
        let price = Money(units: won, Currency("KRW")!)
        #expect(Language.english.compact(price) == english)
        #expect(Language.korean.compact(price) == korean)
        #expect(Language.english.compact(Money(minorUnits: 15_250, currency: Currency("EUR")!)) == "153")
    }

    @Test func queriesOfAddressesAreEncoded() {
        #expect(
            QueryString([("q", "서울 & co"), ("x", nil), ("y", "")]).description == "?q=%EC%84%9C%EC%9A%B8%20%26%20co"
        )
    }
}
