import Foundation

/// Random numbers that a seed repeats: SplitMix64 (Steele, Lea, Flood 2014; https://prng.di.unimi.it/splitmix64.c).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What repeats them.
    public let seed: UInt64
    private var state: UInt64

    /// Begins the sequence of a seed.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Takes the seed from a variable of the environment, or any where there is none.
    public init(variable: String) {
        self.init(seed: UInt64(ProcessInfo.processInfo.environment[variable] ?? "") ?? .random(in: 1 ... .max))
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// The finaliser: spreads the bits of a value.
    public static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
