import Synchronization

/// Admits as many requests at a time as are served without waiting, and finds out how many that are (``GradientLimit``).
///
/// ```swift
/// guard limit.enter() else { return shed(exchange) }
/// // … the request; then
/// limit.leave(latency: now - began, .good, at: now)
/// ```
package final class AdaptiveLimit: Sendable {
    /// How it searches.
    package struct Settings: Sendable, Equatable {
        /// Where it begins.
        package var initial: Int
        /// It never goes below.
        package var minimum: Int
        /// It never goes above.
        package var maximum: Int
        /// Latency may be so many times the usual one before the limit shrinks.
        package var tolerance: Double
        /// How many may wait on top at least; the root of the limit where that is more. This is how fast the limit grows.
        package var queue: Int
        /// How much of the way to a new limit is gone at a time, 0 to 1.
        package var smoothing: Double
        /// Over how many windows latency is averaged to say what is usual.
        package var memory: Int
        /// How long requests are gathered before they count.
        package var window: Duration
        /// How many at least.
        package var windowRequests: Int

        /// Sets it up.
        package init(
            initial: Int = 20,
            minimum: Int = 4,
            maximum: Int = 1000,
            tolerance: Double = 1.5,
            queue: Int = 4,
            smoothing: Double = 0.2,
            memory: Int = 600,
            window: Duration = .milliseconds(500),
            windowRequests: Int = 10
        ) {
            self.initial = initial
            self.minimum = max(1, minimum)
            self.maximum = max(minimum, maximum)
            self.tolerance = tolerance
            self.queue = queue
            self.smoothing = smoothing
            self.memory = memory
            self.window = window
            self.windowRequests = max(1, windowRequests)
        }
    }

    private let settings: Settings
    private let places = CountedPlaces()
    private let current: Atomic<Int>
    private let gradient: Mutex<GradientLimit>

    // The window that is open.
    private let end = Atomic<UInt64>(0)
    private let count = Atomic<Int>(0)
    private let sum = Atomic<UInt64>(0)
    private let most = Atomic<Int>(0)
    private let overloads = Atomic<Int>(0)

    /// Begins at the initial limit.
    package init(_ settings: Settings = Settings()) {
        self.settings = settings
        current = Atomic(settings.initial)
        gradient = Mutex(GradientLimit(settings))
    }

    /// How many are admitted at a time now.
    package var limit: Int { current.load(ordering: .relaxed) }
    /// How many are inside.
    package var active: Int { places.count }

    /// Takes a place; false where all are taken.
    package func enter() -> Bool { places.enter(atMost: limit) }

    /// Gives the place back.
    ///
    /// - Parameters:
    ///   - latency: Nanoseconds that the request took.
    ///   - outcome: One that was abandoned says nothing; one that came too late says that there are too many.
    package func leave(latency: UInt64, _ outcome: ServerOutcome, at now: UInt64) {
        let active = places.count
        places.leave()
        switch outcome {
        case .abandoned, .unreachable, .serverError: return
        case .timedOut: overloads.wrappingAdd(1, ordering: .relaxed)
        case .good: break
        }
        sum.wrappingAdd(latency, ordering: .relaxed)
        if most.load(ordering: .relaxed) < active { most.max(active, ordering: .relaxed) }
        let seen = count.wrappingAdd(1, ordering: .relaxed).newValue
        if seen >= settings.windowRequests, now >= end.load(ordering: .relaxed) { close(at: now) }
    }

    /// Ends the window. A request that is counted while this runs may fall into either.
    private func close(at now: UInt64) {
        _ = gradient.withLockIfAvailable { gradient in
            guard now >= end.load(ordering: .relaxed) else { return }
            let isFirst = end.exchange(now &+ settings.window.wholeNanoseconds, ordering: .relaxed) == 0
            let count = count.exchange(0, ordering: .relaxed)
            let sum = sum.exchange(0, ordering: .relaxed)
            let most = most.exchange(0, ordering: .relaxed)
            let overloads = overloads.exchange(0, ordering: .relaxed)
            guard !isFirst, count > 0 else { return }
            gradient.update(
                latency: max(1, Double(sum) / Double(count)),
                active: most,
                isOverloaded: overloads > 0,
                settings
            )
            current.store(Int(gradient.limit), ordering: .relaxed)
        }
    }
}
