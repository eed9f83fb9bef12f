import PandoEviction

/// Least recently used: one list, oldest read first.
struct LRUPolicy: EvictionPolicy {
    private let maximumWeight: Int
    private var nodes = SlotNodes()
    private var list = SlotList()

    init(maximumWeight: Int, seed: UInt64 = 0) {
        self.maximumWeight = maximumWeight
    }

    var weight: Int { list.weight }

    func hash(of slot: Slot) -> UInt64 { nodes[slot].hash }

    mutating func insert(_ slot: Slot, hash: UInt64, weight: Int) {
        nodes.prepare(slot, hash: hash, weight: weight)
        nodes.append(slot, to: &list)
    }

    mutating func touch(_ slot: Slot) {
        nodes.moveToEnd(slot, of: &list)
    }

    mutating func reweigh(_ slot: Slot, to weight: Int) {
        nodes.reweigh(slot, to: weight, in: &list)
    }

    mutating func remove(_ slot: Slot) {
        nodes.unlink(slot, from: &list)
    }

    mutating func evict(into victims: inout [Slot]) {
        while list.weight > maximumWeight {
            let victim = list.head
            nodes.unlink(victim, from: &list)
            victims.append(victim)
        }
    }
}
