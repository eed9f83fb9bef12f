/// Estimates how often a hash was seen lately: a count-min sketch of 4-bit counters with ageing.
///
/// Each hash has four counters in one block of 64 bytes, so that an update touches one cache line; the estimate is
/// the least of them. After ``sampleSize`` increments every counter is halved, so that old popularity fades
/// (Einziger, Friedman, Manes: "TinyLFU", 2017, §3.3). 8 bytes an entry of capacity.
struct FrequencySketch {
    private static let wordsPerBlock = 8
    private static let ones: UInt64 = 0x1111_1111_1111_1111
    private static let halves: UInt64 = 0x7777_7777_7777_7777
    /// Increments between two halvings, as a multiple of the entries held.
    private static let samplesPerEntry = 10

    private var words: [UInt64]
    private var blockMask: UInt64
    private var increments = 0
    /// Increments after which all counters are halved.
    private(set) var sampleSize: Int

    /// A sketch for a cache of a few entries; ``ensureCapacity(_:)`` grows it.
    init() {
        words = Array(repeating: 0, count: Self.wordsPerBlock)
        blockMask = 0
        sampleSize = Self.samplesPerEntry * Self.wordsPerBlock
    }

    /// Grows to serve `entries` and keeps the counts: a doubled table starts with the counters of its halves, as the
    /// block of a hash is taken from its low bits.
    mutating func ensureCapacity(_ entries: Int) {
        while words.count < entries {
            words += words
            blockMask = UInt64(words.count / Self.wordsPerBlock - 1)
        }
        sampleSize = max(sampleSize, Self.samplesPerEntry * entries)
    }

    /// The estimate for `hash`, 0 … 15; never too low since the last halving but for saturation at 15.
    func frequency(of hash: UInt64) -> Int {
        let (block, counters) = place(hash)
        var least: UInt64 = 15
        for row in 0..<4 {
            let (word, shift) = counter(row, block, counters)
            least = min(least, (words[word] >> shift) & 15)
        }
        return Int(least)
    }

    /// Counts one more of `hash`.
    mutating func increment(_ hash: UInt64) {
        let (block, counters) = place(hash)
        var added = false
        for row in 0..<4 {
            let (word, shift) = counter(row, block, counters)
            if (words[word] >> shift) & 15 < 15 {
                words[word] += 1 << shift
                added = true
            }
        }
        if added {
            increments += 1
            if increments >= sampleSize { halve() }
        }
    }

    /// Halves all counters; the odd ones lose half a count, a fourth of which belongs to each increment.
    private mutating func halve() {
        var odd = 0
        for index in words.indices {
            odd += (words[index] & Self.ones).nonzeroBitCount
            words[index] = (words[index] >> 1) & Self.halves
        }
        increments = (increments - odd / 4) / 2
    }

    /// The first word of the block of `hash`, and the bits that choose the counters in it.
    private func place(_ hash: UInt64) -> (block: Int, counters: UInt64) {
        // Two rounds of a 64-bit finaliser, so that a weak hash (an integer as it is) is spread as well.
        let spread = mix(hash)
        return (Int(spread & blockMask) * Self.wordsPerBlock, spread >> 32)
    }

    private func counter(_ row: Int, _ block: Int, _ counters: UInt64) -> (word: Int, shift: UInt64) {
        let bits = counters >> UInt64(row * 8)
        return (block + row * 2 + Int(bits & 1), ((bits >> 1) & 15) * 4)
    }

    private func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
