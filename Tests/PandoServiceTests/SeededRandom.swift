import Foundation

/// Random numbers that a seed repeats (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    /// What repeats them.
    let seed: UInt64
    private var state: UInt64

    /// Takes the seed from a variable of the environment, or any where there is none.
    init(variable: String) {
        seed = UInt64(ProcessInfo.processInfo.environment[variable] ?? "") ?? .random(in: 1 ... .max)
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
