/// Finds the servers that do much worse than the others.
enum Outliers {
    /// The places of those that stand out, the worst first.
    ///
    /// - Parameter samples: Each server's figures of one interval.
    static func among(_ samples: [OutcomeWindow.Sample], _ settings: OutlierSettings) -> [Int] {
        let judged = samples.indices.filter { samples[$0].requests >= settings.minimumRequests }
        let all = sum(judged.map { samples[$0] })
        let found = judged.compactMap { index -> (index: Int, excess: Double)? in
            let own = samples[index]
            let others = OutcomeWindow.Sample(
                requests: all.requests - own.requests,
                failures: all.failures - own.failures,
                latencies: all.latencies - own.latencies
            )
            guard others.requests > 0 else { return nil }
            let excess = excess(own, others, settings)
            return excess >= 1 ? (index, excess) : nil
        }
        return found.sorted { ($1.excess, $0.index) < ($0.excess, $1.index) }.map(\.index)
    }

    /// How bad a server is beside the others: 1 is where an ejection begins.
    private static func excess(
        _ own: OutcomeWindow.Sample,
        _ others: OutcomeWindow.Sample,
        _ settings: OutlierSettings
    ) -> Double {
        var excess = 0.0
        if let margin = settings.failureMargin {
            let rate = Double(own.failures) / Double(own.requests)
            let usual = Double(others.failures) / Double(others.requests)
            excess = (rate - usual) / max(margin, .ulpOfOne)
        }
        if let factor = settings.latencyFactor {
            let mean = own.latencies / Double(own.requests)
            let usual = others.latencies / Double(others.requests)
            excess = max(excess, mean / max(usual * factor, 1))
        }
        return excess
    }

    private static func sum(_ samples: [OutcomeWindow.Sample]) -> OutcomeWindow.Sample {
        samples.reduce(into: OutcomeWindow.Sample()) { sum, sample in
            sum.requests += sample.requests
            sum.failures += sample.failures
            sum.latencies += sample.latencies
        }
    }
}
