import Synchronization

/// The stored responses that lie on disk and outlive the process: each in a file, found by an index in memory.
///
/// Reads and writes happen on a thread of its own. Writing is a service, not a duty: where the queue or the disk is full an entry is not
/// written, which a counter tells. A file that does not pass its checksums is removed and counts as missing.
package final class DiskTier: Sendable {
    /// Where and how much.
    package struct Configuration: Sendable {
        /// A folder of its own, made where it is missing.
        package var directory: String
        /// Of all files.
        package var maximumBytes = 10 << 30
        /// Of the entries that wait to be written.
        package var queueBytes = 64 << 20
        /// Seconds for which nothing is written after a write failed, as on a full disk.
        package var pauseSeconds = 30.0

        package init(directory: String) { self.directory = directory }
    }

    struct State: Sendable {
        var table: CacheTable<DiskRecord>
        /// Entries that wait to be written, by number; one that is taken out is not written.
        var pending: [UInt64: CacheKey] = [:]
        var pendingBytes = 0
        var nextNumber: UInt64
        var pausedUntil: ContinuousClock.Instant?
        var isStopped = false
    }

    let hasher: SipHash
    let purges: PurgeLog
    let files: DiskFiles
    let configuration: Configuration
    let tally: CacheTally
    let thread = DiskThread()
    let state: Mutex<State>
    /// Bytes of the log of purges; touched on the thread alone.
    let logBytes = Atomic<Int>(0)

    /// The most reads that wait; more count as misses.
    static let maximumReads = 1024

    /// Opens the folder and begins to read the heads of what is there.
    ///
    /// - Throws: ``DiskError``.
    init(_ configuration: Configuration, tally: CacheTally) throws(DiskError) {
        self.configuration = configuration
        self.tally = tally
        let files = try DiskFiles(configuration.directory)
        self.files = files
        let hasher = try Self.hasher(files)
        self.hasher = hasher
        // Numbers go on from start to start, as the clock does.
        let table = CacheTable<DiskRecord>(maximumBytes: configuration.maximumBytes, seed: .random(in: .min ... .max))
        state = Mutex(State(table: table, nextNumber: Self.firstNumber()))
        let (log, isWhole) = PurgeRecord.decode(files.read(named: Self.logName) ?? [], hasher)
        let lastGeneration = log.map(\.generation).max() ?? 0
        purges = PurgeLog(generation: lastGeneration + 1)
        // An answer that named changes may have been lost with the process before this one (decision 0013). It is not noted on the
        // disk: what no server has confirmed by the next start is only stale again.
        purges.purge(tag: hasher.hash(Array(CacheTags.ofPando.utf8)), .soft)
        thread.start()
        thread.perform { [self] in rebuild(log, isWhole ? lastGeneration : 0) }
    }

    static let logName = "purges"
    /// The size from which the log is applied to all entries and begun anew.
    static let maximumLogBytes = 1 << 20

    /// The key of hashes is kept with the files: the same tag has the same hash after a restart.
    private static func hasher(_ files: DiskFiles) throws(DiskError) -> SipHash {
        if let bytes = files.read(named: "key"), bytes.count == 16 {
            var reader = ByteReader(bytes)
            if let one = reader.number(UInt64.self), let other = reader.number(UInt64.self) {
                return SipHash(key0: one, key1: other)
            }
        }
        var writer = ByteWriter()
        let keys = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        writer.put(keys.0)
        writer.put(keys.1)
        try files.write(named: "key", writer.bytes)
        return SipHash(key0: keys.0, key1: keys.1)
    }

    /// Lets the thread end after what it has to do.
    func stop() {
        state.withLock { $0.isStopped = true }
        thread.stop()
    }

    /// Calls back on the disk's thread when all that was asked for before is done.
    func flush(_ done: @escaping @Sendable () -> Void) { thread.perform(done) }

    /// Files in the index, and their bytes.
    var use: (files: Int, bytes: Int) { state.withLock { ($0.table.count, $0.table.bytes) } }

    // MARK: Reading

    /// The latest record that answers a request.
    func find(_ query: CacheQuery) -> DiskRecord? {
        guard let record = state.withLock({ $0.table.find(query).element }) else { return nil }
        guard purges.check(uri: record.key.bytes, tags: record.tags, since: record.generation) != .hard else {
            forget(record)
            return nil
        }
        return record
    }

    /// Reads an entry, and calls back on the disk's thread; with nil where that fails.
    func load(_ record: DiskRecord, _ done: @escaping @Sendable (CacheEntry?) -> Void) {
        let isTaken = thread.read(limit: Self.maximumReads) { [self] in
            let entry = files.read(record.number, bytes: record.fileBytes).flatMap { decode($0) }
            if entry == nil {
                tally.add(.diskDamage)
                forget(record)
            }
            done(entry)
        }
        if !isTaken { done(nil) }
    }

    private func decode(_ bytes: [UInt8]) -> CacheEntry? {
        guard let lengths = DiskFormat.lengths(Array(bytes.prefix(DiskFormat.fixedBytes))) else { return nil }
        let start = DiskFormat.fixedBytes + lengths.header + 8
        guard bytes.count == start + lengths.body else { return nil }
        let body = CacheBody([Array(bytes[start...])])
        guard DiskFormat.checksum(body.chunks, hasher) == lengths.bodySum else { return nil }
        return DiskFormat.entry(Array(bytes[..<start]), body: body, hasher)
    }

    // MARK: Removing

    /// Removes all variants of a key, those too that wait to be written.
    func remove(_ key: CacheKey) {
        let gone = state.withLock { state in
            if !state.pending.isEmpty { state.pending = state.pending.filter { $0.value != key } }
            return state.table.remove(key) { _ in true }
        }
        unlink(gone)
    }

    /// Removes the record of a key and a variant.
    func remove(_ key: CacheKey, _ variant: Variant) {
        unlink(state.withLock { $0.table.remove(key) { $0.variant == variant } })
    }

    func forget(_ record: DiskRecord) {
        unlink(state.withLock { $0.table.remove(record.key) { $0.number == record.number } })
    }

    func unlink(_ records: [DiskRecord]) {
        guard !records.isEmpty else { return }
        thread.perform { [files] in for record in records { files.remove(record.number) } }
    }
}
