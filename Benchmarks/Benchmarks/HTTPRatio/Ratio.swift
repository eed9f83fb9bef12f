import Foundation

/// One measurement.
struct Sample: Encodable {
    /// Processor time of the server for a request.
    var microseconds: Double
    /// Requests a second that the load got through.
    var requestsPerSecond: Double
}

/// The measurements of both servers, in pairs.
struct Ratio: Encodable {
    var baseline: [Sample]
    var candidate: [Sample]

    /// Requests of the candidate for each request of the baseline, for the same processor time, pair by pair.
    var ratios: [Double] { zip(baseline, candidate).map { $0.microseconds / $1.microseconds } }

    /// The middle of the ratios.
    var median: Double { Self.median(ratios) }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    var text: String {
        func line(_ name: String, _ samples: [Sample]) -> String {
            let cost = Self.rounded(Self.median(samples.map(\.microseconds)))
            let rate = Int(Self.median(samples.map(\.requestsPerSecond)))
            return "\(name)  \(cost) µs of processor time a request, \(rate) requests/s\n"
        }
        let least = Self.rounded(ratios.min() ?? 0)
        let most = Self.rounded(ratios.max() ?? 0)
        return line("plain    ", baseline) + line("candidate", candidate)
            + "ratio      \(Self.rounded(median)) (\(least) to \(most) in \(ratios.count) pairs)"
    }

    private enum CodingKeys: String, CodingKey {
        case baseline
        case candidate
        case ratio
        case ratios
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(baseline, forKey: .baseline)
        try container.encode(candidate, forKey: .candidate)
        try container.encode(Self.rounded(median), forKey: .ratio)
        try container.encode(ratios.map(Self.rounded), forKey: .ratios)
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
