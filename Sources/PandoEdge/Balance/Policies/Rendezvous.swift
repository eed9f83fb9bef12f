#if canImport(Glibc)
    import Glibc
#endif

/// Consistent hashing by the highest random weight (Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
/// IEEE/ACM Transactions on Networking 6, 1998): each server draws a number for the key, and the highest wins. With weights, as in
/// Schindelhauer and Schomaker, "Weighted distributed hash tables", SPAA 2005.
///
/// Why not a ring or Maglev's table: it needs no table to build at a reload and no memory; shares are even without virtual nodes; exactly the
/// keys of a server that goes move, and no others; weights are exact; and what a full server cannot take spreads over all others, where on
/// a ring it falls on one neighbour, then on the next. It costs some nanoseconds a server and pick, which a ring saves only among hundreds.
struct Rendezvous: Sendable {
    /// What tells the servers' draws apart: of their addresses, so that neither order nor number matters.
    private let seeds: [UInt64]
    /// Nil where all are equal.
    private let weights: [Double]?

    init(_ servers: [Server.Settings]) {
        seeds = servers.map { StableHash.of($0.address.description) }
        let equal = servers.allSatisfy { $0.weight == servers.first?.weight }
        weights = equal ? nil : servers.map { Double($0.weight) }
    }

    /// The server of a key among those that are not empty.
    @inline(__always)
    func choose(_ hash: UInt64, among servers: ServerSet) -> Int {
        // A key that is a number, an address for one, is spread like one that was hashed.
        let key = WorkerRandom.mix(hash)
        var best = -1
        if let weights {
            var highest = -Double.infinity
            servers.forEach { index in
                let draw = (Double(WorkerRandom.mix(key ^ seeds[index]) >> 11) + 0.5) * 0x1p-53
                let score = -weights[index] / log(draw)
                if score > highest || best < 0 { (best, highest) = (index, score) }
            }
        } else {
            var highest: UInt64 = 0
            servers.forEach { index in
                let score = WorkerRandom.mix(key ^ seeds[index])
                if score > highest || best < 0 { (best, highest) = (index, score) }
            }
        }
        return best
    }
}
