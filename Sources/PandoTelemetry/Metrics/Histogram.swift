import Synchronization

/// Observations counted by bucket. Safe from any thread; recording is a search over the bounds and two atomics.
public struct Histogram: Sendable {
    let cell: HistogramCell

    /// Bounds for times in seconds, 25 µs to 10 s: two or three to a decade.
    public static let defaultSecondsBuckets: [Double] = [
        0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
        2.5, 5, 10,
    ]

    /// Bounds for counts and sizes: powers of two from 1 to 4096.
    public static let defaultCountBuckets: [Double] = (0...12).map { Double(1 << $0) }

    /// Records a time, in seconds.
    public func record(_ duration: Duration) { cell.record(duration.inSeconds) }

    /// Records a time in seconds.
    public func record(seconds: Double) { cell.record(seconds) }

    /// Records a value in the unit that the metric's name ends in.
    public func record(_ value: Double) { cell.record(value) }
}

/// The histograms of one name, one for each combination of label values.
public struct HistogramFamily: Sendable {
    let table: SeriesTable<HistogramCell>

    /// The histogram of these label values. Takes a lock: call it once and keep the result.
    ///
    /// - Parameter values: As many as the family has labels, in their order. A new combination past the registry's
    ///   bound gets the shared series `other`.
    public func with(_ values: String...) -> Histogram { Histogram(cell: table.cell(values)) }
}

/// The buckets of a histogram.
///
/// `@unchecked` because of the pointers: they are set once in `init`, what they point at is atomic or never written
/// again, and `deinit`, which frees it, runs when no reference is left.
final class HistogramCell: MetricCell, @unchecked Sendable {
    private let boundCount: Int
    private let bounds: UnsafeMutablePointer<Double>
    private let counts: UnsafeMutablePointer<Atomic<Int>>
    private let sum = AtomicDouble()

    init(bounds: [Double]) {
        boundCount = bounds.count
        self.bounds = .allocate(capacity: max(1, bounds.count))
        for (index, bound) in bounds.enumerated() { self.bounds[index] = bound }
        counts = .allocate(capacity: bounds.count + 1)
        for index in 0...bounds.count { (counts + index).initialize(to: Atomic(0)) }
    }

    deinit {
        bounds.deallocate()
        counts.deinitialize(count: boundCount + 1)
        counts.deallocate()
    }

    /// A bucket's bound is inclusive: `le`. What is not a number is not recorded.
    func record(_ value: Double) {
        guard !value.isNaN else { return }
        // Counting instead of leaving the loop keeps it free of branches to mispredict: the lists are short.
        var index = 0
        for position in 0..<boundCount { index &+= bounds[position] < value ? 1 : 0 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    func read() -> MetricValue {
        .histogram(
            HistogramSnapshot(
                bounds: (0..<boundCount).map { bounds[$0] },
                counts: (0...boundCount).map { counts[$0].load(ordering: .relaxed) },
                sum: sum.load()
            )
        )
    }
}

extension Duration {
    /// The duration as a number of seconds, without the 128-bit division that `components` pays.
    package var inSeconds: Double {
        let attoseconds = self.attoseconds
        let high = Double(Int64(truncatingIfNeeded: attoseconds >> 64))
        let low = Double(UInt64(truncatingIfNeeded: attoseconds))
        return (high * 18_446_744_073_709_551_616 + low) * 1e-18
    }
}
