/// What an entry will be made of once its body is complete.
struct PendingEntry: Sendable {
    let terms: StoreTerms
    let head: StoredHead
    let tags: [UInt64]
    /// The length of the body where the server gave it.
    let length: Int?
    let maximumBytes: Int
    let maximumVariants: Int

    /// The entry; nil where the body is not as long as was said, which is how a wrong body would come into the cache
    /// (RFC 9111 §3.3).
    func entry(of fill: CacheFill, chunks: [[UInt8]]) -> CacheEntry? {
        let body = CacheBody(chunks).compacted()
        if let length, length != body.count { return nil }
        if let range = terms.facts.range, range.count != Int64(body.count) { return nil }
        return CacheEntry(
            key: fill.key,
            variant: terms.variant,
            facts: terms.facts,
            head: head,
            body: body,
            tags: tags,
            generation: fill.generation
        )
    }
}
