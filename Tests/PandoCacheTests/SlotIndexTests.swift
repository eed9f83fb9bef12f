import TestSupport
import Testing

@testable import PandoCache
@testable import PandoEviction

@Suite struct SlotIndexTests {
    @Test(arguments: [UInt64(7), 8, 9]) func findsWhatIsThereAndNothingElse(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var index = SlotIndex()
        var held: [Slot: UInt64] = [:]
        for _ in 0..<20_000 {
            let slot = Slot(random.next() % 300)
            // Few distinct hashes, all close together: long runs of probes that wrap around.
            let hash = held[slot] ?? (random.next() % 40 &- 8)
            if held.removeValue(forKey: slot) != nil {
                index.remove(slot, hash: hash)
            } else {
                index.insert(slot, hash: hash)
                held[slot] = hash
            }
            let probe = Slot(random.next() % 300)
            #expect(index.find(held[probe] ?? hash) { $0 == probe } == (held[probe] == nil ? Slot.none : probe))
            #expect(index.count == held.count)
        }
    }
}
