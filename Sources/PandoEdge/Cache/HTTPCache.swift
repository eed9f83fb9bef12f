/// The HTTP cache of an edge node: what is stored, what is on its way, and what was purged (RFC 9111).
///
/// All methods may be called on any thread, none blocks and none reads a clock. A worker asks ``lookup(_:rules:now:)``, and:
/// - sends a hit: what of it is wanted (``CacheEntry/plan(_:now:)``), its head, the body;
/// - leads a fill: it asks a server with the request that ``CacheLookup/prepare(_:)`` has changed, and gives the answer to
///   ``begin(_:request:response:rules:requestTime:responseTime:)`` and ``append(_:_:)`` until ``finish(_:)``, a 304 to
///   ``confirm(_:request:response:rules:requestTime:responseTime:)``, a failure to ``fail(_:)``;
/// - or waits for another's fill: ``CacheFill/subscribe(_:token:)``.
package final class HTTPCache: Sendable {
    /// The sizes of a cache.
    package struct Configuration: Sendable {
        /// Of all entries in memory, with what they cost besides their bodies.
        package var memoryBytes = 256 << 20
        /// Of all bodies that are on their way into the cache; more are passed on and not stored.
        package var fillBytes = 64 << 20
        /// Seconds for which nobody waits for an answer of a URI that turned out to be no use to others.
        package var passSeconds: Int64 = 60
        /// Nil for none.
        package var disk: DiskTier.Configuration?

        package init() {}
    }

    /// Hashes URIs and tags.
    package let hasher: SipHash
    let configuration: Configuration
    let purges: PurgeLog
    let memory: MemoryTier
    let fills = FillTable()
    let tally: CacheTally
    let disk: DiskTier?
    let fillBudget: FillBudget

    /// An empty cache, or one with what is in the folder of its disk tier.
    ///
    /// - Throws: ``DiskError`` where that folder cannot be used.
    package init(_ configuration: Configuration = Configuration()) throws(DiskError) {
        self.configuration = configuration
        fillBudget = FillBudget(configuration.fillBytes)
        let tally = CacheTally()
        self.tally = tally
        memory = MemoryTier(maximumBytes: configuration.memoryBytes)
        if let settings = configuration.disk {
            let disk = try DiskTier(settings, tally: tally)
            self.disk = disk
            hasher = disk.hasher
            purges = disk.purges
        } else {
            disk = nil
            hasher = SipHash()
            purges = PurgeLog()
        }
    }

    deinit {
        disk?.stop()
    }

    /// What it has done.
    package var counters: CacheCounters { tally.counters }

    /// Entries and their bytes in memory.
    package var memoryUse: (entries: Int, bytes: Int) { (memory.count, memory.bytes) }

    /// Counts bytes of bodies that were sent from the cache.
    package func saved(bytes: Int) { tally.add(.bytesSaved, bytes) }

    /// Bytes of the budget for fills that are in use.
    var reservedBytes: Int { fillBudget.count }
}
