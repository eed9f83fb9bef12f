import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A server's recent latency, quick to rise and slow to fall: a peak-sensitive average that decays exponentially with time, as in Finagle
/// (`PeakEwma.scala`: https://twitter.github.io/finagle/guide/Clients.html#power-of-two-choices-p2c-least-loaded) and linkerd. A latency
/// above the average replaces it, so that a server that stalls is avoided after one answer; one below moves it by the time since the last.
///
/// Other than in Finagle one below moves it by an eighth at least, as round trips are averaged (RFC 6298 §2): where each hiccup of a busy
/// server counted for as long as the decay, the quick ones would soon look as slow as the slow one. Times are those of ``Upstream``'s clock of
/// averages, which answers move on, so that a server that gets no requests is tried again after so many of the others.
///
/// One word holds both the average (32 bits, floating point) and its time (32 bits, ticks of 131 µs), so that no lock is needed. The
/// time wraps after 6.5 days, or after 56 million answers, when an average that nobody has touched since may count as recent once.
struct PeakLatency: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)

    private static let tickShift: UInt64 = 17
    /// What an unmeasured server with requests under way is taken to need for one, as in Finagle: no second request until one is answered.
    private static let unknown = 1e9
    /// The most that failures raise the average to, and the least.
    private static let worst = 30e9
    private static let worstStart = 1e6

    /// What an answer below the average weighs at least.
    private static let leastWeight = 0.125

    /// An hour: what is above is a mistaken clock, or tells nothing more.
    private static let longest: UInt64 = 3_600_000_000_000

    /// How fast an average decays: to its e-th part in a time.
    struct Decay: Sendable {
        fileprivate let perTick: Double

        init(over nanoseconds: UInt64) {
            perTick = -Double(1 << PeakLatency.tickShift) / Double(max(1, nanoseconds))
        }
    }

    /// Takes a latency in.
    @inline(__always)
    func observe(_ latency: UInt64, at now: UInt64, _ decay: Decay) {
        let latency = Double(min(max(1, latency), Self.longest))
        update(at: now, decay) { average, factor in
            latency > average ? latency : average + (latency - average) * max(1 - factor, Self.leastWeight)
        }
    }

    /// Takes a failure in: a server that fails quickly must not attract requests by that, so each failure doubles its average.
    func observeFailure(_ latency: UInt64, at now: UInt64, _ decay: Decay) {
        let latency = Double(latency)
        update(at: now, decay) { average, factor in
            min(Self.worst, max(latency, Self.worstStart, average * factor * 2))
        }
    }

    func forget() { word.store(0, ordering: .relaxed) }

    /// The average at a time, in nanoseconds; 0 where there is none.
    @inline(__always)
    func average(at now: UInt64, _ decay: Decay) -> Double {
        let word = word.load(ordering: .relaxed)
        return Self.average(word) * Self.factor(word, now, decay)
    }

    /// What a request more would wait for, in a unit of its own: the average times the requests that it is one of, for each part of the weight.
    ///
    /// Other than in Finagle the average does not decay here while the server owes answers: that time tells nothing good of it, and a server that
    /// hangs would look better and better.
    @inline(__always)
    func cost(
        _ requests: (active: Int, unanswered: Int),
        weight: Double,
        at now: UInt64,
        _ decay: Decay
    ) -> Double {
        let owes = requests.unanswered > 0
        let average = owes ? Self.average(word.load(ordering: .relaxed)) : average(at: now, decay)
        if average == 0 { return owes ? Self.unknown + Double(requests.active) : 0 }
        return average * (Double(requests.active) / weight + 1)
    }

    @inline(__always)
    private func update(at now: UInt64, _ decay: Decay, _ change: (_ average: Double, _ factor: Double) -> Double) {
        var old = word.load(ordering: .relaxed)
        while true {
            let factor = Self.factor(old, now, decay)
            let average = Float(change(Self.average(old), factor))
            // A worker whose clock reading is older does not turn the time back.
            let tick =
                factor < 1 || old == 0
                ? UInt32(truncatingIfNeeded: now >> Self.tickShift) : UInt32(truncatingIfNeeded: old)
            let new = UInt64(average.bitPattern) << 32 | UInt64(tick)
            let (exchanged, original) = word.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    @inline(__always)
    private static func average(_ word: UInt64) -> Double {
        Double(Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32)))
    }

    @inline(__always)
    private static func factor(_ word: UInt64, _ now: UInt64, _ decay: Decay) -> Double {
        let tick = UInt32(truncatingIfNeeded: now >> tickShift)
        let ticks = Int32(bitPattern: tick &- UInt32(truncatingIfNeeded: word))
        return ticks <= 0 ? 1 : exp(Double(ticks) * decay.perTick)
    }
}
