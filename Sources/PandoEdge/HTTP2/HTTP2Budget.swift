/// So many events at once, and so many a second for ever: a token bucket that is told the time.
package struct HTTP2Budget: Sendable, Equatable {
    package let burst: Int
    package let perSecond: Int
    /// What is left, in thousandths.
    private var credit: Int
    /// When the credit was last renewed, in milliseconds.
    private var renewed: UInt64?

    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
        credit = burst * 1_000
    }

    /// Adds what time brings.
    mutating func renew(at milliseconds: UInt64) {
        if let renewed, milliseconds > renewed {
            // Longer than a day is a day, so that nothing overflows.
            give(Int(min(milliseconds - renewed, 86_400_000)) * perSecond)
        }
        renewed = max(renewed ?? 0, milliseconds)
    }

    /// Adds thousandths of an event.
    mutating func give(_ thousandths: Int) { credit = min(burst * 1_000, credit + thousandths) }

    /// Takes one event.
    ///
    /// - Returns: Whether there was enough.
    mutating func spend() -> Bool {
        credit -= 1_000
        return credit >= 0
    }
}
