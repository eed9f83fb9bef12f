extension Edge {
    /// Purges all variants of a URI such as `https://example.org/a?b`, by the query rules of all routes, here and at the other cache nodes;
    /// false where it is none, or nothing is cached.
    ///
    /// The other nodes are told soon after, and again until they have heard; `pando_edge_cache_purges_waiting` says what they have not.
    @discardableResult
    package func purge(uri: String, _ kind: PurgeKind) -> Bool { purge(CachePurge(target: .uri(uri), kind: kind)) }

    /// Purges what has a URI that begins with a text, as `https://example.org/a/`, here and at the other cache nodes; everything with an
    /// empty one. False where it is neither empty nor has a host, or nothing is cached.
    @discardableResult
    package func purge(prefix: String, _ kind: PurgeKind) -> Bool {
        purge(CachePurge(target: .prefix(prefix), kind: kind))
    }

    /// Purges what has a tag (Surrogate-Key, Cache-Tag), here and at the other cache nodes; false where nothing is cached.
    @discardableResult
    package func purge(tag: String, _ kind: PurgeKind) -> Bool { purge(CachePurge(target: .tag(tag), kind: kind)) }

    private func purge(_ purge: CachePurge) -> Bool {
        guard current.purge(purge) else { return false }
        purgeRelay.send(purge)
        return true
    }

    /// Whether there is a cache.
    var isCaching: Bool { current.cache != nil }
}
