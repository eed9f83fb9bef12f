import Synchronization

/// What an upstream counts, for all generations of the configuration that have it together.
final class UpstreamState: Sendable {
    let active = CountedPlaces()
    let line = WaitingLine()
    let retries = CountedPlaces()
    let connections = CountedPlaces()
    /// The turns that were given, for the policies that take turns.
    let turns = Atomic<UInt64>(0)
    let budget = RetryBudget(window: 10_000_000_000)
    /// Second tries beside slow first ones.
    let hedges = RetryBudget(window: 10_000_000_000)
    let latencies = RecentLatencies()
    /// Answers, and requests that have failed, of all servers.
    let answers = Atomic<UInt64>(0)
    let changes = ChangeCount()
    /// When the servers are compared next. Held while they are looked at; before the lock of a server.
    let comparison: Mutex<Comparison>

    struct Comparison: Sendable {
        var due: UInt64
    }

    init(at now: UInt64) {
        comparison = Mutex(Comparison(due: now))
    }
}

/// The servers of a generation that picks choose from, worked out when something changes and not at each pick.
struct Candidates: ~Copyable, Sendable {
    /// Those that a request goes to.
    let preferred = AtomicServerSet()
    /// Those that it goes to where all of the first are full or have been tried.
    let others = AtomicServerSet()
    /// The weight of all preferred ones.
    let weight = Atomic<Int>(0)
    /// Until when some are in their slow start.
    let slowUntil = Atomic<UInt64>(0)
    /// Whether servers are used that are not healthy.
    let isPanic = Atomic<Bool>(false)
    /// The changes that are worked in, and when time alone makes the next.
    let seen = Atomic<UInt64>(0)
    let nextLook = Atomic<UInt64>(0)
}
