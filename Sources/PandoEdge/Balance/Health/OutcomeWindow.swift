import Synchronization

/// What became of a server's requests since the servers were last compared.
struct OutcomeWindow: ~Copyable, Sendable {
    /// A server's figures of one interval.
    struct Sample: Sendable, Equatable {
        var requests = 0
        var failures = 0
        /// The sum of all latencies in microseconds.
        var latencies = 0.0
    }

    /// Requests in the lower half, failures in the upper.
    private let counts = Atomic<UInt64>(0)
    private let latencies = Atomic<UInt64>(0)

    @inline(__always)
    func add(failed: Bool, latency: UInt64) {
        counts.wrappingAdd(failed ? 1 << 32 | 1 : 1, ordering: .relaxed)
        latencies.wrappingAdd(latency >> 10, ordering: .relaxed)
    }

    /// Takes the figures out. A request that ends just now may be counted here, and its latency with the next.
    func take() -> Sample {
        let counts = counts.exchange(0, ordering: .relaxed)
        let latencies = latencies.exchange(0, ordering: .relaxed)
        return Sample(
            requests: Int(counts & 0xFFFF_FFFF),
            failures: Int(counts >> 32),
            latencies: Double(latencies) * 1.024
        )
    }
}
