import Testing

@testable import PandoLoad

@Suite struct ArrivalSequenceTests {
    private static func offsets(_ arrivals: LoadArrivals, seed: UInt64 = 7, count: Int) -> [UInt64] {
        var sequence = ArrivalSequence(arrivals, seed: seed, limit: count)
        var offsets: [UInt64] = []
        while let arrival = sequence.next() { offsets.append(arrival.offset) }
        return offsets
    }

    @Test func constantArrivalsAreEvenAndDoNotDrift() {
        let offsets = Self.offsets(.constant(ratePerSecond: 3), count: 300_001)
        #expect(offsets[1] == 333_333_333)
        #expect(offsets[300_000] == 100_000_000_000_000)
    }

    @Test(arguments: [1e-300, 1e-12])
    func aRateNextToNothingIsNotDueForACentury(rate: Double) throws {
        let century = UInt64(4_000_000_000_000_000_000)
        #expect(Self.offsets(.constant(ratePerSecond: rate), count: 3) == [0, century, century])
        #expect(Self.offsets(.poisson(ratePerSecond: rate), count: 2) == [century, century])
    }

    @Test(arguments: [UInt64(1), 2, 20_261_121])
    func poissonGapsAreExponentialAndIndependent(seed: UInt64) {
        let offsets = Self.offsets(.poisson(ratePerSecond: 1000), seed: seed, count: 30_000)
        let gaps = zip(offsets.dropFirst(), offsets).map { Double($0 - $1) }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        let pairs = zip(gaps.dropFirst(), gaps).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
        // Four standard errors: 1/√n for mean and correlation, √8/√n for the variance of an exponential.
        let error = 4 / Double(gaps.count).squareRoot()
        #expect(abs(mean / 1e6 - 1) < error, "seed \(seed)")
        #expect(abs(variance / (mean * mean) - 1) < error * 8.0.squareRoot(), "seed \(seed)")
        #expect(abs(pairs / Double(gaps.count) / variance) < error, "seed \(seed)")
        // The largest distance to 1 − e^(−x): Kolmogorov's bound at 0.1 % is 1.95/√n.
        let sorted = gaps.sorted()
        let distance = sorted.enumerated().map { place, gap in
            abs(Double(place + 1) / Double(sorted.count) - (1 - exponential(-gap / 1e6)))
        }.max()
        #expect((distance ?? 1) < 1.95 / Double(gaps.count).squareRoot(), "seed \(seed)")
    }

    @Test func sameSeedSameArrivalsAnotherSeedOthers() {
        let one = Self.offsets(.poisson(ratePerSecond: 50), seed: 5, count: 100)
        #expect(one == Self.offsets(.poisson(ratePerSecond: 50), seed: 5, count: 100))
        #expect(one != Self.offsets(.poisson(ratePerSecond: 50), seed: 6, count: 100))
    }

    @Test(arguments: [1, 2, 3, 5])
    func lanesShareOneSequence(lanes: Int) throws {
        let series = try RateSeries([10, 0, 3, 40])
        for arrivals in [LoadArrivals.poisson(ratePerSecond: 10), .constant(ratePerSecond: 9), .series(series)] {
            var together: [Arrival] = []
            for lane in 0..<lanes {
                var sequence = ArrivalSequence(arrivals, seed: 3, lane: lane, lanes: lanes, limit: 50)
                while let arrival = sequence.next() { together.append(arrival) }
            }
            together.sort { $0.index < $1.index }
            var whole: [Arrival] = []
            var sequence = ArrivalSequence(arrivals, seed: 3, limit: 50)
            while let arrival = sequence.next() { whole.append(arrival) }
            #expect(together == whole)
        }
    }

    @Test func seriesPutsItsNumbersIntoTheirSeconds() throws {
        let series = try RateSeries([5, 0, 0.5, 0.5, 1000])
        let offsets = Self.offsets(.series(series, scale: 2), count: .max)
        let bySecond = Dictionary(grouping: offsets) { Int($0 / 1_000_000_000) }.mapValues(\.count)
        #expect(bySecond == [0: 10, 2: 1, 3: 1, 4: 2000])
        #expect(offsets == offsets.sorted())
        let places = offsets.filter { $0 >= 4_000_000_000 }.map { Double($0 - 4_000_000_000) / 1e9 }
        let mean = places.reduce(0, +) / Double(places.count)
        #expect(abs(mean - 0.5) < 4 / (12.0 * 2000).squareRoot())
    }

    @Test func fractionsOfASeriesAreCarriedOver() throws {
        let series = try RateSeries(Array(repeating: 0.1, count: 1000))
        #expect(Self.offsets(.series(series), count: .max).count == 100)
    }

    @Test func weightedChoiceFollowsItsWeights() {
        let choice = WeightedChoice([1, 0, 9])
        var random = SeededGenerator(seed: 11)
        var counts = [0, 0, 0]
        for _ in 0..<20_000 { counts[choice.next(using: &random)] += 1 }
        #expect(counts[1] == 0)
        #expect(abs(Double(counts[0]) / 20_000 - 0.1) < 4 * (0.09 / 20_000).squareRoot())
    }

    /// eˣ by its series, to need no library for one function.
    private func exponential(_ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        let halved = x / 64
        for n in 1..<20 {
            term *= halved / Double(n)
            sum += term
        }
        for _ in 0..<6 { sum *= sum }
        return sum
    }
}
