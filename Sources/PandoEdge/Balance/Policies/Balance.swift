/// How an upstream chooses among the servers that are usable.
package enum Balance: Sendable, Equatable {
    /// One after the other, whatever their weights are.
    case roundRobin
    /// Each in proportion to its weight, evenly spread over time.
    case weighted
    /// The one with the fewest requests for its weight.
    case leastConnections
    /// Of two drawn at random the one where a request is likely done first, by the peak-sensitive average of latencies (``PeakLatency``) and the
    /// requests under way (Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12, 2001). Workers that choose at
    /// the same time do not all run to the same server, as they would to the best of all.
    case powerOfTwo(decay: Duration = .seconds(10))
    /// The same server for the same hash while that server is usable, and no server above `loadBound` times the average number of
    /// requests (Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with bounded loads", SODA 2018). 1.25 is usual; nearer to 1 is more even
    /// and moves more keys; `.infinity` is no bound. A request without a hash goes anywhere.
    case consistentHash(loadBound: Double = 1.25)
}
