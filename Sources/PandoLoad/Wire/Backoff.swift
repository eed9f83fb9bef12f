/// How long to leave a target alone that refuses connections: doubling, jittered, bounded.
struct Backoff {
    private static let first: Nanoseconds = 5_000_000
    private static let most: Nanoseconds = 500_000_000

    /// Refusals in a row.
    private(set) var failures = 0
    /// Until when no connection is tried.
    private(set) var until: Nanoseconds = 0

    mutating func failed(at now: Nanoseconds, using random: inout SeededGenerator) {
        let bound = min(Self.most, Self.first << Nanoseconds(min(failures, 10)))
        failures += 1
        until = now + bound / 2 + Nanoseconds(random.unit() * Double(bound / 2))
    }

    mutating func succeeded() {
        failures = 0
        until = 0
    }
}
