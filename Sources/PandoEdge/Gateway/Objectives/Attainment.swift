/// What was promised beside what was kept.
struct Attainment: Equatable, Sendable {
    let requests: Int
    /// Those of them that were not as promised.
    let misses: Int
    let targetPercent: Double

    /// The share that was as promised; nil without requests.
    var attainedPercent: Double? {
        requests == 0 ? nil : 100 * Double(requests - misses) / Double(requests)
    }

    /// What is left of the misses that the target allows among these requests: 100 with none, 0 with as many as are allowed, and below
    /// that where there were more.
    var budgetLeftPercent: Double {
        guard misses > 0 else { return 100 }
        let allowed = Double(requests) * (100 - targetPercent) / 100
        return 100 * (1 - Double(misses) / allowed)
    }
}
