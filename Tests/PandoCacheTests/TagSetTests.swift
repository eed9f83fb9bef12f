import Testing

@testable import PandoCache

@Suite struct TagSetTests {
    private func set(_ use: TagSet.Use, _ tags: some Sequence<String>) -> TagSet {
        var set = TagSet(use)
        for tag in tags { set.insert(tag) }
        return set
    }

    @Test func listsEachTagOnceWithWhatIncludesIt() {
        let madeOf = set(.madeOf, ["b/1", "a", "", "b/1", "b/2"])
        #expect(madeOf.listed == ["b/1", "a", "b/2", "b", "/"])
        let changed = set(.changed, ["b/1", "a", "b/1"])
        #expect(changed.listed == ["b/1", "a", "b/*", "a/*", "/*"])
        #expect(set(.madeOf, []).listed.isEmpty && set(.changed, [""]).listed.isEmpty)
    }

    @Test func tooManyTagsBecomeTheirGroups() {
        let tags = (0..<64).map { "a/\($0)" }
        #expect(set(.madeOf, tags).tags == tags)
        #expect(set(.changed, ["b/1"] + tags + ["c/2"]).tags == ["b", "a", "c"])
        #expect(set(.madeOf, ["b/1"] + tags + ["c/2"]).listed == ["b/*", "a/*", "c/*", "b", "a", "c", "/"])
    }

    @Test func tooManyGroupsBecomeAll() {
        let tags = (0..<65).map { "a\($0)/1" } + ["b"]
        #expect(set(.changed, tags).listed == ["/", "/*"])
        #expect(set(.madeOf, tags).listed == ["/*", "/"])
    }

    @Test func aLongTagCountsAsItsGroup() {
        let long = String(repeating: "x", count: 200)
        #expect(set(.changed, ["a/" + long]).tags == ["a"] && set(.madeOf, ["a/" + long]).tags == ["a/*"])
        #expect(set(.changed, [long]).tags == ["/"] && set(.madeOf, [long]).tags == ["/*"])
    }

    /// However much an answer is made of, and however much a write has changed: if they have one tag in common, the answer is purged.
    @Test(arguments: [1, 64, 65, 500], [1, 64, 65, 500])
    func whatWasChangedIsAmongWhatTheAnswerIsTaggedWith(answer: Int, write: Int) {
        for (groups, length) in [(1, 0), (7, 0), (70, 0), (1, 200), (7, 200)] {
            let shared = "g0/shared" + String(repeating: "x", count: length)
            let madeOf = set(.madeOf, (1..<answer).map { "g\($0 % groups)/a\($0)" } + [shared]).listed
            let changed = set(.changed, [shared] + (1..<write).map { "g\($0 % groups)/w\($0)" }).listed
            #expect(madeOf.contains { changed.contains($0) }, "\(groups) groups, \(length) bytes more")
            #expect(madeOf.count <= 256, "what an edge takes")
            #expect((madeOf + changed).allSatisfy { $0.utf8.count <= 130 })
        }
    }

    @Test func othersAreNotPurged() {
        let madeOf = set(.madeOf, ["hotels/7", "cities/seoul"]).listed
        for changed in ["hotels/8", "cities/busan", "rooms", "hotels/*"] {
            #expect(!set(.changed, [changed]).listed.contains { madeOf.contains($0) }, "\(changed)")
        }
        for changed in ["hotels/7", "hotels", "cities"] {
            #expect(set(.changed, [changed]).listed.contains { madeOf.contains($0) }, "\(changed)")
        }
        // A list of all hotels.
        #expect(set(.changed, ["hotels/8"]).listed.contains { set(.madeOf, ["hotels/*"]).listed.contains($0) })
    }

    @Test(arguments: [
        ("hotels/7", "hotels/7"), ("a,b", "a%2Cb"), ("서울", "%EC%84%9C%EC%9A%B8"), ("a b\r\n", "a%20b%0D%0A"),
        ("\"\\", "%22%5C"),
        ("50%", "50%"),
    ])
    func escapesWhatAListCannotHave(text: String, escaped: String) {
        #expect(set(.changed, [text]).tags == [escaped])
        #expect(set(.changed, [escaped]).tags == [escaped])
    }
}
