/// A small reproducible generator (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
///
/// The demo data and the load scenarios come from it, so that a seed always gives the same world.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of `range`, by remainder: the bias is below 2⁻⁵⁰ for the small ranges used here, and the result
    /// depends on no library's choice of method.
    mutating func pick(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// One element of `choices`, which must not be empty.
    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[pick(0...choices.count - 1)]
    }

    /// The elements of `items` in a random order (Fisher and Yates).
    mutating func shuffle<Element>(_ items: [Element]) -> [Element] {
        var items = items
        for last in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(last, pick(0...last)) }
        return items
    }
}
