/// W-TinyLFU with an adaptive window, in bytes.
///
/// A newcomer enters the *window* (least recently used). What leaves the window must win against the next victim of
/// the *main* space by its frequency in a ``FrequencySketch``, else it goes. The main space is a segmented LRU: what
/// is read while on *probation* becomes *protected*, and falls back when the protected share is full. Every sample the
/// window grows or shrinks by hill climbing on the hit ratio (`AdaptivePolicy+Climb.swift`), because no fixed share
/// serves both recency and frequency.
///
/// Sources: Einziger, Friedman, Manes, "TinyLFU" (2017); Einziger, Eytan, Friedman, Manes, "Adaptive Software Cache
/// Management" (2018); the order of eviction follows the Caffeine library.
package struct AdaptivePolicy: EvictionPolicy {
    /// The lists of the policy, as stored in a node.
    enum Queue {
        static let window: UInt32 = 0
        static let probation: UInt32 = 1
        static let protected: UInt32 = 2
    }

    /// The frequency from which a refused candidate is let in at random once in 128: an attacker who raises the
    /// frequency of victims on purpose cannot shut the cache for ever.
    static let luckyFrequency = 6

    let maximumWeight: Int
    /// 1 % of the whole: with less, newcomers have no time for a second read.
    let windowMinimum: Int
    var windowMaximum: Int
    var protectedMaximum: Int
    var window = SlotList()
    var probation = SlotList()
    var protected = SlotList()
    var nodes = SlotNodes()
    var sketch = FrequencySketch()
    var climber: HillClimber
    /// What is left of the last step of the climb, in bytes.
    var pendingAdjustment = 0
    private var count = 0
    private var randomState: UInt64

    package init(maximumWeight: Int, seed: UInt64) {
        self.maximumWeight = maximumWeight
        windowMinimum = max(1, maximumWeight / 100)
        windowMaximum = windowMinimum
        protectedMaximum = (maximumWeight - windowMaximum) * 4 / 5
        climber = HillClimber(maximumWeight: maximumWeight)
        randomState = seed | 1
    }

    package var weight: Int { window.weight + probation.weight + protected.weight }

    package func hash(of slot: Slot) -> UInt64 { nodes[slot].hash }

    package mutating func insert(_ slot: Slot, hash: UInt64, weight: Int) {
        nodes.prepare(slot, hash: hash, weight: weight)
        count += 1
        sketch.ensureCapacity(count)
        sketch.increment(hash)
        nodes[slot].list = Queue.window
        // What is larger than the window is judged first, before it drives out the rest of the window.
        if weight > windowMaximum { nodes.prepend(slot, to: &window) } else { nodes.append(slot, to: &window) }
        if self.weight >= maximumWeight / 2 { climber.misses += 1 }
    }

    package mutating func touch(_ slot: Slot) {
        let node = nodes[slot]
        sketch.increment(node.hash)
        climber.hits += 1
        switch node.list {
        case Queue.window: nodes.moveToEnd(slot, of: &window)
        case Queue.protected: nodes.moveToEnd(slot, of: &protected)
        default: promote(slot)
        }
    }

    package mutating func reweigh(_ slot: Slot, to weight: Int) {
        switch nodes[slot].list {
        case Queue.window: nodes.reweigh(slot, to: weight, in: &window)
        case Queue.protected: nodes.reweigh(slot, to: weight, in: &protected)
        default: nodes.reweigh(slot, to: weight, in: &probation)
        }
    }

    package mutating func remove(_ slot: Slot) {
        switch nodes[slot].list {
        case Queue.window: nodes.unlink(slot, from: &window)
        case Queue.protected: nodes.unlink(slot, from: &protected)
        default: nodes.unlink(slot, from: &probation)
        }
        count -= 1
    }

    package mutating func evict(into victims: inout [Slot]) {
        let firstCandidate = drainWindow()
        evictFromMain(firstCandidate, into: &victims)
        climb()
    }

    private mutating func promote(_ slot: Slot) {
        guard nodes.weight(of: slot) <= protectedMaximum else {
            nodes.moveToEnd(slot, of: &probation)
            return
        }
        nodes.unlink(slot, from: &probation)
        nodes[slot].list = Queue.protected
        nodes.append(slot, to: &protected)
        demoteProtected()
    }

    /// Moves the oldest of an overfull window to the end of probation; returns the first of them.
    private mutating func drainWindow() -> Slot {
        var first = Slot.none
        while window.weight > windowMaximum {
            let slot = window.head
            nodes.unlink(slot, from: &window)
            nodes[slot].list = Queue.probation
            nodes.append(slot, to: &probation)
            if first == .none { first = slot }
        }
        return first
    }

    private mutating func evictFromMain(_ firstCandidate: Slot, into victims: inout [Slot]) {
        var candidate = firstCandidate
        while weight > maximumWeight {
            let victim = nextVictim()
            if candidate == .none || candidate == victim {
                candidate = .none
                drop(victim, into: &victims)
            } else {
                let next = nodes[candidate].next
                let wins = nodes.weight(of: candidate) <= maximumWeight && admits(candidate, over: victim)
                drop(wins ? victim : candidate, into: &victims)
                candidate = next
            }
        }
    }

    private func nextVictim() -> Slot {
        if probation.head != .none { return probation.head }
        return protected.head != .none ? protected.head : window.head
    }

    private mutating func drop(_ slot: Slot, into victims: inout [Slot]) {
        remove(slot)
        victims.append(slot)
    }

    private mutating func admits(_ candidate: Slot, over victim: Slot) -> Bool {
        let challenger = sketch.frequency(of: nodes[candidate].hash)
        if challenger > sketch.frequency(of: nodes[victim].hash) { return true }
        guard challenger >= Self.luckyFrequency else { return false }
        // xorshift64 (Marsaglia 2003)
        randomState ^= randomState << 13
        randomState ^= randomState >> 7
        randomState ^= randomState << 17
        return randomState & 127 == 0
    }
}
