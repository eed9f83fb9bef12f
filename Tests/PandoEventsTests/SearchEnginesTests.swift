import Foundation
import Logging
import PandoDatabase
import PandoTelemetry
import TestSupport
import Testing

@testable import PandoEvents

/// The same documents and the same searches on SQLite and on the PostgreSQL server that the tests are given, if they are:
/// hits, order, counts and cursors have to be the same.
@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["PANDO_TEST_DATABASE"]?.isEmpty == false),
    .timeLimit(.minutes(5))
) struct SearchEnginesTests {
    private static let index = SearchIndex(
        "places",
        [
            .text("name", weight: 3), .text("about"), .text("memo", weight: 2), .keyword("city"), .number("price"),
            .tags("nights"),
        ]
    )

    @Test(arguments: [1, 2, 3] as [UInt64]) func findTheSame(seed: UInt64) async throws {
        var corpus = Corpus(seed: seed)
        let file = Database.Configuration(path: try Database.Configuration.temporaryPath())
        let engines = [try await Self.open(file), try await Self.open(try .temporary())]
        let ids = (0..<200).map { _ in Identifier() }
        for (number, id) in (ids + ids.prefix(30)).enumerated() {
            let document = SearchDocument(id, corpus.fields(isLong: number % 40 == 7), stored: "\(number)")
            for engine in engines {
                try await engine.write(limit: .seconds(60)) { try await Self.index.put(document, in: $0) }
            }
        }
        for id in ids.suffix(5) {
            for engine in engines { try await engine.write { try await Self.index.remove(id, in: $0) } }
        }
        for _ in 0..<80 { try await walk(corpus.query(), engines, seed) }
        for engine in engines { await engine.close() }
    }

    private static func open(_ configuration: Database.Configuration) async throws -> Database {
        let database = try await Database.open(configuration)
        try await EventStore.migrate(database)
        let projections = Projections(
            [.index(index, on: database)],
            store: EventStore(metrics: MetricsRegistry()),
            metrics: MetricsRegistry(),
            logger: Logger(label: "test")
        )
        try await projections.prepare()
        return database
    }

    /// Compares some pages.
    private func walk(_ query: SearchQuery, _ engines: [Database], _ seed: UInt64) async throws {
        var query = query
        for _ in 0..<5 {
            var pages: [SearchPage] = []
            for engine in engines {
                pages.append(try await engine.read { [query] in try await Self.index.search(query, in: $0) })
            }
            #expect(pages[0].hits == pages[1].hits, "seed \(seed), \(query)")
            #expect(pages[0].next == pages[1].next && pages[0].count == pages[1].count, "seed \(seed), \(query)")
            query.cursor = pages[0].next
            if query.cursor == nil { break }
        }
    }
}

/// Texts and searches in several scripts.
private struct Corpus {
    private var random: SeededGenerator
    private static let pieces =
        """
        하늘 바람 신라 신라호텔 호텔 호텔은 서울 서울호텔 롯데호텔 제주 제주도 바다 바다전망 해운대해수욕장 게스트하우스 다 은 이 가 호 텔 라호 수영장 수영
        영장 그랜드하얏트인천공항 하나둘셋넷다섯여섯일곱여덟아홉열열하나열둘열셋 東京 東京ホテル ホテル ほてる さくら 京都駅前 京 木漏れ日 hotel hotels Hôtel
        Grand gran Hyatt hyattsville h ho W 12 1204 d'Été Łódź Straße हिन्दी हिन्द होटल โรงแรม โรงแรมไทย فُنْدُق فندق Отель JR東京駅
        Lotte호텔 호텔Lotte 2호선 강남역3번출구 좋습니다 있습니다 a b the
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func piece() -> String { Self.pieces.randomElement(using: &random) ?? "" }

    private mutating func text(_ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &random)).reduce(into: "") { text, _ in
            text += piece() + (["", "-", ", ", " ", " ", " "].randomElement(using: &random) ?? "")
        }
    }

    /// A text that no vector of PostgreSQL holds with all its places.
    private mutating func long() -> String {
        Bool.random(using: &random)
            ? String(repeating: "하늘다 ", count: 400) + text(3...9)
            : (0..<17_000).map { "w\($0)" }.joined(separator: " ") + " " + text(3...9)
    }

    mutating func fields(isLong: Bool) -> [String: SearchValue] {
        var fields: [String: SearchValue] = [
            "name": .text(text(1...4)), "about": .text(isLong ? long() : text(0...25)), "memo": .text(text(0...6)),
        ]
        fields["city"] = ["Seoul", "Busan", "서울", nil].randomElement(using: &random) ?? nil
        fields["price"] = [nil, 1, 2, 3.5, -4].randomElement(using: &random) ?? nil
        fields["nights"] = .list((0..<3).map { _ in "\(Int.random(in: 1...5, using: &random))" })
        return fields
    }

    private mutating func words() -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: ""
        case 1: piece()
        case 2: String(piece().prefix(Int.random(in: 1...3, using: &random)))
        case 3: piece() + (["은", "에서는", "의", "까지"].randomElement(using: &random) ?? "")
        case 4: piece() + piece() + piece()
        default: String(text(1...6).prefix(100))
        }
    }

    mutating func query() -> SearchQuery {
        let filters: [SearchFilter] = [
            .equals("city", "Seoul"), .anyOf("city", ["서울", "Busan"]), .range("price", from: -4, through: 3),
            .anyOf("nights", ["1", "4"]), .allOf("nights", ["2", "3"]), .range("city", from: "C"), .allOf("nights", []),
        ]
        let sorts: [SearchSort] = [
            .relevance, .relevance, .relevance, .ascending("price"), .descending("price"), .descending("city"),
        ]
        let filter = Int.random(in: 0..<3, using: &random) == 0 ? filters.randomElement(using: &random) : nil
        return SearchQuery(
            words(),
            filters: [filter].compactMap(\.self),
            sort: sorts.randomElement(using: &random) ?? .relevance,
            limit: [1, 3, 20, 200].randomElement(using: &random) ?? 20
        )
    }
}
