import TestSupport
import Testing

@testable import PandoCache

@Suite struct CacheShardTests {
    private typealias Shard = CacheShard<String, Int, Int>

    private func shard(_ maximumBytes: Int = 1000) -> Shard {
        Shard(policy: .adaptive, maximumBytes: maximumBytes, seed: 1, refreshPause: .seconds(1))
    }

    private func store(_ shard: inout Shard, _ key: String, _ value: Int?, weight: Int = 10) {
        let life = EntryLife(freshUntil: .seconds(10), staleUntil: .seconds(20))
        shard.store(value, for: key, hash: UInt64(bitPattern: Int64(key.hashValue)), weight: weight, life: life)
    }

    private func read(_ shard: inout Shard, _ key: String, at seconds: Int) -> String {
        switch shard.read(key, hash: UInt64(bitPattern: Int64(key.hashValue)), now: .seconds(seconds)) {
        case .fresh(let value): "fresh \(value.map(String.init) ?? "absent")"
        case .stale(let value): "stale \(value.map(String.init) ?? "absent")"
        case .miss: "miss"
        }
    }

    @Test func entriesGoFromFreshToStaleToGone() {
        var shard = shard()
        store(&shard, "a", 1)
        #expect(read(&shard, "a", at: 9) == "fresh 1")
        #expect(read(&shard, "a", at: 10) == "stale 1")
        #expect(read(&shard, "a", at: 10) == "fresh 1", "one caller in each pause is told")
        #expect(read(&shard, "a", at: 11) == "stale 1")
        #expect(read(&shard, "a", at: 20) == "miss")
        #expect(shard.count == 0 && shard.bytes == 0)
        #expect(shard.counts.expirations == 1)
    }

    @Test func absenceIsKeptAsAValue() {
        var shard = shard()
        store(&shard, "a", nil)
        #expect(read(&shard, "a", at: 0) == "fresh absent")
    }

    @Test func aValueHeavierThanTheShardIsNotKeptNorIsTheOlderOne() {
        var shard = shard(100)
        store(&shard, "a", 1)
        store(&shard, "a", 2, weight: 101)
        #expect(read(&shard, "a", at: 0) == "miss")
        #expect(shard.counts.evictions == 1)
    }

    @Test(arguments: CachePolicy.allCases) func theBoundHoldsForEveryPolicy(policy: CachePolicy) {
        var shard = CacheShard<Int, Int, Int>(policy: policy, maximumBytes: 500, seed: 1, refreshPause: .seconds(1))
        var random = SeededGenerator(seed: 3)
        let life = EntryLife(freshUntil: .seconds(10), staleUntil: .seconds(10))
        for _ in 0..<5000 {
            let key = Int(random.next() % 100)
            let hash = SeededGenerator.mix(UInt64(key))
            if case .fresh(let value) = shard.read(key, hash: hash, now: .zero) {
                #expect(value == key * 2)
            } else {
                shard.store(key * 2, for: key, hash: hash, weight: Int(random.next() % 60) + 1, life: life)
            }
            if random.next() % 20 == 0 { shard.remove(key, hash: hash) }
            #expect(shard.bytes <= 500)
        }
        #expect(shard.counts.hits > 500)
        shard.removeAll()
        #expect(shard.count == 0 && shard.bytes == 0)
    }
}
