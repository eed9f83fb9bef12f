import Foundation

/// One arrival: its number in the run and its place in time, in nanoseconds after the start.
struct Arrival: Equatable {
    var index: Int
    var offset: UInt64
}

/// The arrivals of a run in order, made one at a time.
///
/// Every lane makes the whole sequence from the same seed and keeps each `lanes`-th arrival, so that the union of the
/// lanes is exactly the sequence whatever their number is. Making an arrival costs tens of nanoseconds.
struct ArrivalSequence: IteratorProtocol {
    private enum Source {
        case constant(nanosecondsPerArrival: Double)
        case poisson(nanosecondsPerArrival: Double, last: Double)
        case seconds(SpreadSeconds)
    }

    private var source: Source
    private var random: SeededGenerator
    private var index = 0
    private let lane: Int
    private let lanes: Int
    private let limit: Int

    /// - Parameters:
    ///   - arrivals: the kind; of `closed`, whose times depend on the answers, only the numbers are of use.
    ///   - limit: the number of arrivals of the whole run at which the sequence ends.
    init(_ arrivals: LoadArrivals, seed: UInt64, lane: Int = 0, lanes: Int = 1, limit: Int = .max) {
        precondition(lanes > 0 && (0..<lanes).contains(lane), "lane \(lane) of \(lanes)")
        random = SeededGenerator(seed: seed, stream: 1)
        self.lane = lane
        self.lanes = lanes
        switch arrivals {
        case .constant(let rate): source = .constant(nanosecondsPerArrival: 1e9 / rate)
        case .poisson(let rate): source = .poisson(nanosecondsPerArrival: 1e9 / rate, last: 0)
        case .replay(let log, let speedUp):
            source = .seconds(SpreadSeconds(counts: log.countsBySecond, nanosecondsPerSecond: 1e9 / speedUp))
        case .series(let series, let scale):
            source = .seconds(SpreadSeconds(counts: series.counts(scale: scale), nanosecondsPerSecond: 1e9))
        case .closed: source = .constant(nanosecondsPerArrival: 0)
        }
        self.limit = limit
    }

    mutating func next() -> Arrival? {
        while index < limit, let offset = nextOffset() {
            defer { index += 1 }
            if index % lanes == lane { return Arrival(index: index, offset: offset) }
        }
        return nil
    }

    private mutating func nextOffset() -> UInt64? {
        switch source {
        case .constant(let gap): return index == 0 ? 0 : .counting(Double(index) * gap)  // from the index: no drift
        case .poisson(let gap, let last):
            let next = last - gap * log(1 - random.unit())
            source = .poisson(nanosecondsPerArrival: gap, last: next)
            return .counting(next)
        case .seconds(var seconds):
            source = .constant(nanosecondsPerArrival: 0)  // lets `seconds` be changed in place
            defer { source = .seconds(seconds) }
            return seconds.next(using: &random)
        }
    }
}

extension UInt64 {
    /// Nanoseconds after the start; what is not due within a century, as at a rate next to nothing, is due after it.
    fileprivate static func counting(_ nanoseconds: Double) -> UInt64 {
        nanoseconds < 4e18 ? UInt64(nanoseconds) : 4_000_000_000_000_000_000
    }
}

/// Arrivals known by the second: each gets a random place within its second, in order.
struct SpreadSeconds {
    private let counts: [(second: Int, count: Int)]
    private let nanosecondsPerSecond: Double
    private var position = 0
    private var pending: [UInt64] = []

    /// - Parameters:
    ///   - counts: seconds after the start, ascending, with how many arrivals each has.
    ///   - nanosecondsPerSecond: the length of a second of the source in the run.
    init(counts: [(second: Int, count: Int)], nanosecondsPerSecond: Double) {
        self.counts = counts
        self.nanosecondsPerSecond = nanosecondsPerSecond
    }

    mutating func next(using random: inout SeededGenerator) -> UInt64? {
        while pending.isEmpty {
            guard position < counts.count else { return nil }
            let (second, count) = counts[position]
            position += 1
            pending.reserveCapacity(count)
            for _ in 0..<count {
                pending.append(.counting((Double(second) + random.unit()) * nanosecondsPerSecond))
            }
            pending.sort(by: >)
        }
        return pending.popLast()
    }
}
