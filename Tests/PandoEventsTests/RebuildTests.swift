import PandoDatabase
import Synchronization
import TestSupport
import Testing

@testable import PandoEvents

@Suite(.timeLimit(.minutes(1))) struct RebuildTests {
    private struct Crash: Error {}

    /// Readers that look all the time never see less than they saw before, while events come in and the tables are swapped.
    @Test func readersNeverSeeAnEmptyOrPartialTable() async throws {
        let fixture = try await Fixture()
        let balances = BalanceProjection()
        let projections = fixture.projections([.projection(balances, on: fixture.bank)], batch: 20)
        try await projections.prepare()
        try await fixture.deposit(300)
        try await projections.catchUp()
        let isDone = Flag(false)
        try await running(projections) {
            try await withThrowingTaskGroup(of: Void.self) { work in
                for _ in 0..<2 {
                    work.addTask {
                        var last = 300
                        while !isDone.isSet {
                            let (balance, events) = try await balances.read(fixture.bank)
                            #expect(events >= last && balance == events)
                            last = events
                            await Task.yield()  // a read does not suspend, and the rebuild needs a thread, too
                        }
                    }
                }
                work.addTask {
                    for account in 0..<60 { try await fixture.deposit(2, to: "\(account % 7)") }
                }
                for _ in 0..<3 { try await projections.rebuild("balances") }
                isDone.isSet = true
                try await work.waitForAll()
            }
            try await until { try await balances.read(fixture.bank) == (420, 420) }
        }
        #expect(try await projections.status().map(\.generation) == [4])
    }

    @Test func aCrashedRebuildLeavesTheLiveTablesAloneAndGoesOn() async throws {
        let fixture = try await Fixture()
        let crashAt = Mutex(0)
        let balances = BalanceProjection { _, event in
            if event.position == crashAt.withLock({ $0 }) { throw Crash() }
        }
        let model = ReadModel.projection(balances, on: fixture.bank)
        let projections = fixture.projections([model], batch: 10)
        try await projections.prepare()
        try await fixture.deposit(100)
        try await projections.catchUp()
        let fiftyFifth = try await fixture.position(of: 55)
        crashAt.withLock { $0 = fiftyFifth }
        #expect(await EventsError.code { try await projections.rebuild("balances") } == .projectionFailed("balances"))
        #expect(try await balances.read(fixture.bank) == (100, 100))
        crashAt.withLock { $0 = 0 }
        let taken = Mutex(0)
        try await fixture.projections([model], batch: 10).rebuild("balances") { count in taken.withLock { $0 = count } }
        #expect(taken.withLock { $0 } == 46)
        #expect(try await balances.read(fixture.bank) == (100, 100))
        let status = try await projections.status()
        #expect(status.map(\.generation) == [2] && status.map(\.state) == [.live])
    }

    @Test func aNewVersionIsBuiltBehindTheOldOne() async throws {
        let fixture = try await Fixture()
        let old = BalanceProjection()
        let oldProjections = fixture.projections([.projection(old, on: fixture.bank)])
        try await oldProjections.prepare()
        try await fixture.deposit(50)
        try await oldProjections.catchUp()
        let new = BalanceProjection(version: 2, factor: 10)
        let newProjections = fixture.projections([.projection(new, on: fixture.bank)], batch: 10)
        try await newProjections.prepare()
        #expect(try await new.read(fixture.bank) == (50, 50))
        #expect(try await newProjections.status().map(\.state) == [.live, .building])
        try await running(newProjections) {
            try await until { try await new.read(fixture.bank) == (500, 50) }
            try await fixture.deposit(1)
            try await until { try await new.read(fixture.bank) == (510, 51) }
        }
        #expect(
            await EventsError.code { try await oldProjections.prepare() }
                == .newerProjection("balances", stored: 2, known: 1)
        )
    }

    @Test func aProjectionAddedLaterIsFilledBeforeItIsRead() async throws {
        let fixture = try await Fixture()
        try await fixture.deposit(30)
        let balances = BalanceProjection()
        #expect(
            await EventsError.code { _ = try await balances.read(fixture.bank) } == .projectionNotReady("balances")
        )
        try await fixture.projections([.projection(balances, on: fixture.bank)], batch: 4).prepare()
        #expect(try await balances.read(fixture.bank) == (30, 30))
    }

    @Test func whatACrashBehindASwapLeavesIsTakenAway() async throws {
        let fixture = try await Fixture()
        let projections = fixture.projections([.projection(BalanceProjection(), on: fixture.bank)])
        try await projections.prepare()
        try await fixture.database.write { tx in
            try await tx.system.execute(
                """
                INSERT INTO pando_projections (name, generation, state, version, shape, position, attempts, updated_at)
                VALUES ('balances', 0, 'retired', 1, 'x', 0, 0, \(Instant.now - .seconds(3600)))
                """
            )
        }
        try await running(projections) {
            try await until {
                try await fixture.database.read { tx in
                    try await tx.system.first("SELECT count(*) FROM pando_projections", as: Int.self)
                } == 1
            }
        }
    }

    @Test func retiredTablesAreEmptied() async throws {
        let fixture = try await Fixture()
        let projections = fixture.projections([.projection(BalanceProjection(), on: fixture.bank)])
        try await projections.prepare()
        try await fixture.deposit(5)
        try await projections.catchUp()
        try await projections.rebuild("balances")
        try await fixture.ageRetired()
        try await projections.prepare()
        let (a, b) = try await fixture.bank.read { tx in
            (
                try await BalanceProjection.sums("balances_a", in: tx).events,
                try await BalanceProjection.sums("balances_b", in: tx).events
            )
        }
        #expect((a, b) == (0, 5))
    }
}

@Suite(.timeLimit(.minutes(1))) struct SearchRebuildTests {
    private let index = SearchIndex("places", [.text("name"), .keyword("kind")])

    private static let source: SearchIndex.Source = { after, limit, tx in
        let from: SQL = after.map { "WHERE id > \($0)" } ?? ""
        return try await tx.rows("SELECT id, name FROM places \(from) ORDER BY id LIMIT \(limit)") { row in
            document(try row.get(0), try row.get(1))
        }
    }

    private static func document(_ id: Identifier, _ name: String) -> SearchDocument {
        SearchDocument(id, ["name": .text(name), "kind": "place"], stored: name)
    }

    private func save(_ id: Identifier, _ name: String, _ fixture: Fixture) async throws {
        try await fixture.bank.write { tx in
            try await tx.execute(
                """
                INSERT INTO places (id, name) VALUES (\(id), \(name)) ON CONFLICT (id) DO UPDATE SET name = excluded.name
                """
            )
            try await index.put(Self.document(id, name), in: tx)
        }
    }

    private func hits(_ text: String, _ fixture: Fixture, _ other: SearchIndex? = nil) async throws -> [SearchHit] {
        try await fixture.bank.read { tx in
            try await (other ?? index).search(SearchQuery(text, limit: 200), in: tx).hits
        }
    }

    @Test func writesDuringARebuildReachBothGenerations() async throws {
        let fixture = try await Fixture()
        let projections = fixture.projections([.index(index, on: fixture.bank, source: Self.source)], batch: 7)
        try await projections.prepare()
        let ids = (0..<60).map { _ in Identifier() }
        for (number, id) in ids.enumerated() { try await save(id, "호텔 \(number)", fixture) }
        let isDone = Flag(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !isDone.isSet {
                    let count = try await hits("호텔", fixture).count
                    #expect(count == ids.count)
                    await Task.yield()
                }
            }
            group.addTask {
                var random = SeededGenerator(seed: 5)
                for step in 0..<80 {
                    try await save(ids.randomElement(using: &random) ?? ids[0], "호텔 changed \(step)", fixture)
                }
            }
            for _ in 0..<4 { try await projections.rebuild("places") }
            isDone.isSet = true
            try await group.waitForAll()
        }
        let names = try await fixture.bank.read {
            try await $0.all("SELECT name FROM places ORDER BY name", as: String.self)
        }
        #expect(
            try await hits("호텔", fixture).compactMap(\.stored).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                == names
        )
    }

    @Test func aFailedRebuildGoesOnWhereItStopped() async throws {
        struct Crash: Error {}
        let fixture = try await Fixture()
        let calls = Mutex(0)
        let failing: SearchIndex.Source = { after, limit, tx in
            if calls.withLock({ calls in
                calls += 1; return calls
            }) == 4 {
                throw Crash()
            }
            return try await Self.source(after, limit, tx)
        }
        try await fixture.projections([.index(index, on: fixture.bank, source: Self.source)]).prepare()
        for number in 0..<50 { try await save(Identifier(), "호텔 \(number)", fixture) }
        let projections = fixture.projections([.index(index, on: fixture.bank, source: failing)], batch: 10)
        await #expect(throws: Crash.self) { try await projections.rebuild("places") }
        #expect(try await hits("호텔", fixture).count == 50)
        #expect(try await projections.status().map(\.state) == [.live, .building])
        try await projections.rebuild("places")
        #expect(calls.withLock { $0 } >= 4 + 3)
        #expect(try await hits("호텔", fixture).count == 50)
        #expect(try await projections.status().map(\.generation) == [2])
    }

    @Test func aBatchThatTakesLongLetsOtherWritersGoBefore() async throws {
        let fixture = try await Fixture()
        let slow = ReadModel(name: index.name, database: fixture.bank) { [index] _ in
            SourceFeed(index: index, source: Self.source, budget: .zero)
        }
        let projections = fixture.projections([slow])
        try await projections.prepare()
        for number in 0..<5 { try await save(Identifier(), "호텔 \(number)", fixture) }
        let steps = Mutex<[Int]>([])
        try await projections.rebuild("places") { taken in steps.withLock { $0.append(taken) } }
        #expect(steps.withLock { $0 } == [1, 2, 3, 4, 5, 5])
        #expect(try await hits("호텔", fixture).count == 5)
    }

    @Test func onlyWhatHasASourceCanBeRebuilt() async throws {
        let fixture = try await Fixture()
        let models: [ReadModel] = [
            .index(index, on: fixture.bank), .projection(BalanceProjection(), on: fixture.bank),
        ]
        let projections = fixture.projections(models)
        #expect(projections.names == ["places", "balances"])
        #expect(projections.rebuildable == ["balances"])
    }

    @Test func changedFieldsRebuildTheIndexAtStart() async throws {
        let fixture = try await Fixture()
        try await fixture.projections([.index(index, on: fixture.bank, source: Self.source)]).prepare()
        for number in 0..<5 { try await save(Identifier(), "호텔 \(number)", fixture) }
        let wider = SearchIndex("places", [.text("name"), .keyword("kind"), .number("stars")])
        #expect(await EventsError.code { _ = try await hits("호텔", fixture, wider) } == .projectionNotReady("places"))
        let sourceless = fixture.projections([.index(wider, on: fixture.bank)])
        #expect(await EventsError.code { try await sourceless.prepare() } == .invalidDeclaration)
        try await fixture.projections([.index(wider, on: fixture.bank, source: Self.source)], batch: 2).prepare()
        #expect(try await hits("호텔", fixture, wider).count == 5)
        try await fixture.ageRetired()
        try await fixture.projections([.index(wider, on: fixture.bank, source: Self.source)]).prepare()
        #expect(try await fixture.tables("pando_search_places_1").isEmpty)
        #expect(try await !fixture.tables("pando_search_places_2").isEmpty)
    }

    /// Which text is the heaviest decides on the stored lengths, by which equal hits are ordered.
    @Test func anotherHeaviestTextRebuildsTheIndex() async throws {
        let fixture = try await Fixture()
        func index(_ name: Int, _ about: Int) -> SearchIndex {
            SearchIndex("texts", [.text("name", weight: name), .text("about", weight: about)])
        }
        let documents = [("호텔", "one two three"), ("호텔 둘 셋", "one")].map {
            SearchDocument(Identifier(), ["name": .text($0), "about": .text($1)])
        }
        let source: SearchIndex.Source = { after, _, _ in
            documents.filter { document in after.map { document.id > $0 } ?? true }
        }
        for (name, about, first) in [(2, 1, 0), (1, 2, 1)] {
            let index = index(name, about)
            try await fixture.projections([.index(index, on: fixture.bank, source: source)]).prepare()
            let hits = try await fixture.bank.read { try await index.search(SearchQuery("호텔"), in: $0).hits }
            #expect(hits.first?.id == documents[first].id && hits.count == 2)
        }
    }

    @Test func disorderlySourcesAreRefused() async throws {
        let fixture = try await Fixture()
        let id = Identifier()
        let stuck: SearchIndex.Source = { _, _, _ in [Self.document(id, "x")] }
        let projections = fixture.projections([.index(index, on: fixture.bank, source: stuck)])
        #expect(await EventsError.code { try await projections.prepare() } == .invalidDeclaration)
    }

    @Test func aProjectionFillsAnIndex() async throws {
        struct AccountSearch: SearchProjection {
            let index = SearchIndex("accounts", [.text("name"), .number("balance")])
            let events = EventSelection.events(of: SnapshotAccount.self)
            let store: EventStore
            func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
                guard let id = Identifier(event.stream.key) else { return }
                let account = try await store.load(SnapshotAccount.self, id, in: tx).aggregate.account
                let document = SearchDocument(id, ["name": "계좌", "balance": .number(account.balance)])
                if account.isClosed {
                    try await index.remove(id, from: tables, in: tx)
                } else {
                    try await index.put(document, to: tables, in: tx)
                }
            }
        }
        let fixture = try await Fixture()
        let search = AccountSearch(store: fixture.store)
        let projections = fixture.projections([.projection(search, on: fixture.bank)])
        try await projections.prepare()
        let ids = (0..<6).map { _ in Identifier() }
        for (number, id) in ids.enumerated() {
            try await fixture.bank.write { tx in
                _ = try await fixture.store.update(SnapshotAccount.self, id, in: tx) { _ in
                    number == 3 ? [.deposited(amount: 1), .closed] : [.deposited(amount: number + 1)]
                }
            }
        }
        let query = SearchQuery("계좌는", filters: [.range("balance", from: 2)], sort: .descending("balance"))
        for _ in 0..<2 {
            try await projections.catchUp()
            let page = try await fixture.bank.read { try await search.index.search(query, in: $0) }
            #expect(page.hits.map(\.id) == [ids[5], ids[4], ids[2], ids[1]])
            try await projections.rebuild("accounts")
        }
    }
}
