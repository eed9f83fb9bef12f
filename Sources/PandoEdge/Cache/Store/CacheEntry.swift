import Synchronization

/// A stored response. It never changes; a validation puts another in its place.
package final class CacheEntry: Sendable {
    package let key: CacheKey
    package let variant: Variant
    package let facts: EntryFacts
    package let head: StoredHead
    package let body: CacheBody
    /// The tags that it may be purged by, hashed.
    package let tags: [UInt64]
    /// How many purges there had been when it was asked for (``PurgeLog``).
    package let generation: UInt64
    /// Up to which purge it was looked at, and whether one of them made it stale.
    private let checkedGeneration: Atomic<UInt64>
    private let isSoftlyPurged: Atomic<Bool>

    /// Makes an entry of its parts.
    package init(
        key: CacheKey,
        variant: Variant,
        facts: EntryFacts,
        head: StoredHead,
        body: CacheBody,
        tags: [UInt64],
        generation: UInt64
    ) {
        self.key = key
        self.variant = variant
        self.facts = facts
        self.head = head
        self.body = body
        self.tags = tags
        self.generation = generation
        checkedGeneration = Atomic(generation)
        isSoftlyPurged = Atomic(false)
    }

    /// Whether the body is all of the representation.
    package var isComplete: Bool { facts.range == nil }

    /// What it weighs in memory.
    package var weight: Int {
        Self.fixedBytes + key.bytes.count + variant.names.count + variant.values.count + head.bytes.count
            + head.fields.count * MemoryLayout<Field>.stride + tags.count * 8 + body.weight
    }

    /// The object itself, the heads of its arrays and its place in the store.
    private static let fixedBytes = 640

    /// The age to be written (RFC 9111 §5.1), in seconds.
    package func age(at now: CacheTime) -> Int64 { facts.age(at: now) / 1000 }

    /// Lends its validators.
    package func withValidators<Result>(_ body: (Validators) -> Result) -> Result {
        let changed = facts.lastModified == EntryFacts.none ? nil : facts.lastModified
        guard let slice = head.first(.etag) else {
            return body(Validators(tag: nil, lastModified: changed, date: facts.date))
        }
        return head.withBytes(slice) { bytes in
            body(Validators(tag: EntityTag(bytes), lastModified: changed, date: facts.date))
        }
    }

    // MARK: Purges

    /// Whether a purge since it was stored hit it. The log is asked only about purges since the last time.
    package func purged(_ log: PurgeLog) -> PurgeKind? {
        let current = log.generation
        if checkedGeneration.load(ordering: .acquiring) < current {
            switch log.check(self, since: checkedGeneration.load(ordering: .acquiring)) {
            case .hard: return .hard
            case .soft: isSoftlyPurged.store(true, ordering: .releasing)
            case nil: break
            }
            checkedGeneration.store(current, ordering: .releasing)
        }
        return isSoftlyPurged.load(ordering: .acquiring) ? .soft : nil
    }

    /// Makes it stale.
    package func purgeSoftly() { isSoftlyPurged.store(true, ordering: .releasing) }
}
