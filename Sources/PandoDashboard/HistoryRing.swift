import DequeModule

/// The values of every series over time, at most `capacity` of each; the oldest make room.
struct HistoryRing: Sendable {
    private let capacity: Int
    private var times: Deque<Double> = []
    private var columns: [Deque<Float>]

    init(capacity: Int) {
        self.capacity = capacity
        columns = Array(repeating: [], count: HistorySeries.allCases.count)
    }

    mutating func append(time: Double, _ value: (HistorySeries) -> Double?) {
        if times.count == capacity {
            times.removeFirst()
            for index in columns.indices { columns[index].removeFirst() }
        }
        times.append((time * 1000).rounded() / 1000)  // as the page gets it and gives it back
        for (index, series) in HistorySeries.allCases.enumerated() {
            columns[index].append(value(series).map { Float($0) } ?? .nan)
        }
    }

    /// The samples after the one of `since`, in seconds since 1970; the clock may have been set back after it.
    func slice(since: Double) -> HistorySlice {
        let start = times.lastIndex(of: since).map { $0 + 1 } ?? times.firstIndex { $0 > since } ?? times.count
        var series: [String: [Float?]] = [:]
        for (index, name) in HistorySeries.allCases.enumerated() {
            series[name.rawValue] = columns[index][start...].map { $0.isFinite ? $0 : nil }
        }
        return HistorySlice(times: Array(times[start...]), series: series)
    }
}

/// A part of the history as JSON: for each time one value of each series, null where nothing was measured.
struct HistorySlice: Sendable, Encodable {
    let times: [Double]
    let series: [String: [Float?]]
}
