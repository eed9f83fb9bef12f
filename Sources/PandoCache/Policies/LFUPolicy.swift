import PandoEviction

/// Least frequently used in constant time (Shah, Mitra, Matani 2010): a list of buckets in order of frequency, each
/// with the list of the slots that were read so often, oldest first.
struct LFUPolicy: EvictionPolicy {
    private struct Bucket {
        var frequency: UInt64
        var slots = SlotList()
        var previous = Slot.none
        var next = Slot.none
    }

    private let maximumWeight: Int
    private(set) var weight = 0
    private var nodes = SlotNodes()
    private var buckets: [Bucket] = []
    private var freeBuckets: [Slot] = []
    /// The bucket of the lowest frequency.
    private var first = Slot.none
    /// The slot that came last, until the next eviction.
    private var newcomer = Slot.none

    init(maximumWeight: Int, seed: UInt64 = 0) {
        self.maximumWeight = maximumWeight
    }

    func hash(of slot: Slot) -> UInt64 { nodes[slot].hash }

    mutating func insert(_ slot: Slot, hash: UInt64, weight: Int) {
        nodes.prepare(slot, hash: hash, weight: weight)
        self.weight += weight
        newcomer = slot
        add(slot, frequency: 1, after: .none)
    }

    mutating func touch(_ slot: Slot) {
        let bucket = nodes[slot].list
        let frequency = buckets[Int(bucket)].frequency + 1
        nodes.unlink(slot, from: &buckets[Int(bucket)].slots)
        add(slot, frequency: frequency, after: bucket)
        dropIfEmpty(bucket)
    }

    mutating func reweigh(_ slot: Slot, to weight: Int) {
        self.weight += weight - nodes.weight(of: slot)
        nodes.reweigh(slot, to: weight, in: &buckets[Int(nodes[slot].list)].slots)
    }

    mutating func remove(_ slot: Slot) {
        let bucket = nodes[slot].list
        weight -= nodes.weight(of: slot)
        nodes.unlink(slot, from: &buckets[Int(bucket)].slots)
        dropIfEmpty(bucket)
    }

    /// A newcomer leaves only when nothing else can, so that it has until the next insertion to be read again; else a
    /// cache whose entries were all read twice would never let anything in.
    mutating func evict(into victims: inout [Slot]) {
        while weight > maximumWeight {
            let victim = nextVictim()
            remove(victim)
            victims.append(victim)
        }
        newcomer = .none
    }

    private func nextVictim() -> Slot {
        let lowest = buckets[Int(first)]
        guard lowest.slots.head == newcomer else { return lowest.slots.head }
        let second = nodes[newcomer].next
        if second != .none { return second }
        return lowest.next == .none ? newcomer : buckets[Int(lowest.next)].slots.head
    }

    private mutating func add(_ slot: Slot, frequency: UInt64, after previous: Slot) {
        let following = previous == .none ? first : buckets[Int(previous)].next
        var target = following
        if following == .none || buckets[Int(following)].frequency != frequency {
            target = makeBucket(frequency: frequency, between: previous, and: following)
        }
        nodes[slot].list = target
        nodes.append(slot, to: &buckets[Int(target)].slots)
    }

    private mutating func makeBucket(frequency: UInt64, between previous: Slot, and next: Slot) -> Slot {
        let bucket = Bucket(frequency: frequency, previous: previous, next: next)
        let index: Slot
        if let free = freeBuckets.popLast() {
            index = free
            buckets[Int(index)] = bucket
        } else {
            index = Slot(buckets.count)
            buckets.append(bucket)
        }
        if previous == .none { first = index } else { buckets[Int(previous)].next = index }
        if next != .none { buckets[Int(next)].previous = index }
        return index
    }

    private mutating func dropIfEmpty(_ index: Slot) {
        let bucket = buckets[Int(index)]
        guard bucket.slots.head == .none else { return }
        if bucket.previous == .none { first = bucket.next } else { buckets[Int(bucket.previous)].next = bucket.next }
        if bucket.next != .none { buckets[Int(bucket.next)].previous = bucket.previous }
        freeBuckets.append(index)
    }
}
