import Synchronization

/// The stored responses that lie in memory, in parts with a lock each.
final class MemoryTier: Sendable {
    private final class Part: Sendable {
        let table: Mutex<CacheTable<CacheEntry>>

        init(maximumBytes: Int, seed: UInt64) {
            table = Mutex(CacheTable(maximumBytes: maximumBytes, seed: seed))
        }
    }

    private let parts: [Part]
    private let mask: Int

    /// A part smaller than this would keep out responses that the whole has room for.
    private static let smallestPart = 32 << 20

    /// - Parameter maximumBytes: Of all parts together, with what the tables cost.
    init(maximumBytes: Int) {
        var count = 1
        while count < 16, maximumBytes / (count * 2) >= Self.smallestPart { count *= 2 }
        mask = count - 1
        let share = max(1, maximumBytes / count)
        parts = (0..<count).map { _ in Part(maximumBytes: share, seed: .random(in: .min ... .max)) }
    }

    // The index of a table takes the low bits of the hash.
    private func part(_ hash: UInt64) -> Part { parts[Int(hash >> 40) & mask] }

    /// The latest entry that answers a request, and whether there is any of its URI.
    func find(_ query: CacheQuery) -> (element: CacheEntry?, hasKey: Bool) {
        part(query.hash).table.withLock { $0.find(query) }
    }

    /// The entry of a key and a variant.
    func entry(_ key: CacheKey, _ variant: Variant) -> CacheEntry? {
        part(key.hash).table.withLock { $0.element(key, variant) }
    }

    /// All entries of a key.
    func all(_ key: CacheKey) -> [CacheEntry] { part(key.hash).table.withLock { $0.all(key) } }

    /// Takes an entry in. Returns how many were driven out for it, itself included where it was not let in.
    func store(_ entry: CacheEntry, maximumVariants: Int) -> Int {
        // What went is released here, without the lock: freeing large bodies takes time.
        let gone = part(entry.key.hash).table.withLock { $0.store(entry, maximumVariants: maximumVariants) }
        return gone.count { $0.key != entry.key || $0 === entry }
    }

    /// Removes entries of a key. Returns how many.
    @discardableResult
    func remove(_ key: CacheKey, where condition: (CacheEntry) -> Bool) -> Int {
        part(key.hash).table.withLock { $0.remove(key, where: condition) }.count
    }

    var count: Int { parts.reduce(0) { $0 + $1.table.withLock { $0.count } } }
    var bytes: Int { parts.reduce(0) { $0 + $1.table.withLock { $0.bytes } } }
}

extension CacheEntry: CacheTableElement {
    var date: Int64 { facts.date }
}
