import PandoDatabase
import Testing

@testable import PandoEvents

@Suite struct PostgresVectorTests {
    /// The parts of a vector's text form, which are in no order.
    private func parts(_ vector: PostgresVector) -> Set<Substring> { Set(vector.literal.split(separator: " ")) }

    @Test func countsThePlacesOfEachText() {
        let vector = PostgresVector([IndexText("신라호텔 hotel"), IndexText("hotel W Hotel")])
        #expect(parts(vector) == ["'a신라':1", "'a라호':2", "'a호텔':3", "'a텔':4", "'ahotel':5", "'bhotel':1,3", "'bw':2"])
        #expect(vector.words == nil)
        #expect(PostgresVector([IndexText("")]).literal.isEmpty)
    }

    @Test(arguments: [
        Array(repeating: "다", count: 256), (0..<16_383).map { "w\($0)" },
    ])
    func keepsTheWordsWhereAVectorCannotHoldAllPlaces(_ words: [String]) {
        let vector = PostgresVector([IndexText("신라"), IndexText(words.joined(separator: " "))])
        let all = Set((words.map { "'b\($0)'" } + ["'a신라'", "'a라'", "'*'"]).map { $0[...] })
        let hasWords = vector.words == " a신라 a라 " + words.map { "b\($0) " }.joined()
        #expect(parts(vector) == all && hasWords)
        let fitting = PostgresVector([IndexText("신라"), IndexText(words.dropLast().joined(separator: " "))])
        #expect(fitting.words == nil)
    }

    @Test func keepsOnlyTheWordsWhereAVectorCannotHoldThem() {
        let long = String(repeating: "x", count: 58)
        let words = (10_000..<25_000).map { "\($0)\(long)" }
        let vector = PostgresVector([IndexText(words.joined(separator: " "))])
        let (isBare, hasWords) = (vector.literal == "'**'", vector.words?.hasPrefix(" a\(words[0]) ") ?? false)
        #expect(isBare && hasWords)
    }
}

@Suite struct PostgresTextQueryTests {
    private let schema = SearchSchema(index: "places", [.text("name", weight: 3), .text("about")])

    private func query(_ text: String, tier: Int? = nil) throws -> PostgresTextQuery? {
        let runs = try SearchTerms(text).runs
        let match = if let tier { schema.match(runs, tier: tier) } else { schema.match(runs) }
        return match.map { PostgresTextQuery($0, schema.texts) }
    }

    @Test func asksForEachTermInAnyOfTheTexts() throws {
        let query = try #require(try query("호텔 W"))
        #expect(query.literal == "((('a호텔') | ('b호텔')) & (('aw':*) | ('bw':*))) | '**'")
        #expect(query.check == " a호텔 | b호텔 ; aw| bw")
    }

    @Test func wordsOfAPhraseFollowEachOther() throws {
        let query = try #require(try query("신라호", tier: 0))
        #expect(query.literal == "(((('a신라' <-> 'a라호'))) | ('*' & (('a신라' & 'a라호')))) | '**'")
        #expect(query.check == " a신라 a라호 ")
        #expect(try self.query("호", tier: 0)?.literal == "((('a호':*))) | '**'")
    }

    @Test func tiersLeaveOutWhatCloserOnesHave() throws {
        #expect(try query("w", tier: 1)?.literal == "((('aw':*)) & !((('aw')))) | '**'")
        #expect(try query("w", tier: 1)?.check == " aw/ aw ")
        #expect(try query("w", tier: 3)?.check == " aw| bw/ aw | bw / aw")
        #expect(try query("호텔", tier: 0) != nil)
        #expect(try query("호텔", tier: 1) == nil)
        #expect(try query("호텔은", tier: 1) != nil)
    }

    @Test func longPhrasesShareTheirEnd() throws {
        let query = try #require(try query(String(repeating: "가나다라마바사아자차", count: 25)))
        #expect(query.size < 2000)
        #expect(query.literal.split(separator: "'a차가' <-> 'a가나' <-> 'a나다'").count < 60)
    }

    @Test func tooMuchAtOnceIsRefused() throws {
        let texts = (0..<32).map { SearchField.text("t\($0)") }
        let many = SearchSchema(index: "many", texts)
        let run = try SearchTerms(String(repeating: "가나다라마바사아자차", count: 25) + "에서는").runs  // many readings
        #expect(throws: EventsError.self) {
            _ = try PostgresFullText(table: "t", texts: texts).matches(many.match(run))
        }
    }
}
