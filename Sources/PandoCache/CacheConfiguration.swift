/// The options of a ``Cache``. (Not nested: a nested type would differ for each key and value.)
public struct CacheConfiguration: Sendable {
    /// What stays when the cache is full.
    public var policy = CachePolicy.adaptive
    /// The most that keys, values and their bookkeeping may weigh together, in bytes. 64 MiB by default.
    ///
    /// The weight is an estimate: see ``CacheWeighable``. Each shard has its equal part, and a value heavier than a
    /// part is not kept.
    public var maximumBytes = 64 << 20
    /// Into how many locks the cache is divided: a power of two, 1 … 256. nil, the default, chooses 1 up to 4 MiB and
    /// at most 16, with 4 MiB or more each.
    public var shards: Int?
    /// The share of a time to live that is taken off at random, 0 … 1, so that what was loaded together does not expire
    /// together. 0.1 by default.
    public var ttlJitter = 0.1
    /// The most loads at a time, over all keys. A miss above it throws ``CacheError/Code/overloaded``. 256 by default.
    public var maximumLoads = 256
    /// The most callers that wait for one load. One more throws ``CacheError/Code/overloaded``. 1,024 by default.
    public var maximumWaitersPerLoad = 1024
    /// The most refreshes of stale values at a time. Above it the stale value is served and the refresh is tried again
    /// after ``refreshPause``. 16 by default.
    public var maximumRefreshes = 16
    /// The least time from one attempt to refresh a stale value to the next. 1 s by default.
    public var refreshPause = Duration.seconds(1)
    /// Whether nothing is kept and no load is shared: where other processes change what is cached, and nobody tells this one.
    /// false by default.
    public var keepsNothing = false

    /// The defaults.
    public init() {}

    /// The defaults, with this bound and policy.
    public init(maximumBytes: Int, policy: CachePolicy = .adaptive) {
        self.maximumBytes = maximumBytes
        self.policy = policy
    }

    /// The number of shards in force.
    var shardCount: Int {
        if let shards { return shards }
        var count = 1
        while count < 16, maximumBytes / (count * 2) >= 4 << 20 { count *= 2 }
        return count
    }

    func check() {
        precondition(maximumBytes > 0, "maximumBytes must be above 0")
        precondition(
            shardCount.nonzeroBitCount == 1 && (1...256).contains(shardCount),
            "shards: a power of two up to 256"
        )
        precondition((0...1).contains(ttlJitter), "ttlJitter must be 0 … 1")
        precondition(maximumLoads > 0 && maximumWaitersPerLoad >= 0 && maximumRefreshes > 0, "bounds must be above 0")
        precondition(refreshPause > .zero, "refreshPause must be above 0")
    }
}
