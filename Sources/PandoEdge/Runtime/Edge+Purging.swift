extension Edge {
    /// Purges all variants of a URI such as `https://example.org/a?b`, by the query rules of all routes; false where it is none, or
    /// nothing is cached.
    @discardableResult
    package func purge(uri: String, _ kind: PurgeKind) -> Bool {
        guard let (cache, rules) = cacheInUse else { return false }
        return rules.reduce(false) { cache.purge(uri: uri, query: $1, kind) || $0 }
    }

    /// Purges what has a URI that begins with a text, as `https://example.org/a/`; everything with an empty one. False where it is
    /// neither empty nor has a host, or nothing is cached.
    @discardableResult
    package func purge(prefix: String, _ kind: PurgeKind) -> Bool {
        cacheInUse?.cache.purge(prefix: prefix, kind) ?? false
    }

    /// Purges what has a tag (Surrogate-Key, Cache-Tag); false where nothing is cached.
    @discardableResult
    package func purge(tag: String, _ kind: PurgeKind) -> Bool {
        guard let cache = cacheInUse?.cache else { return false }
        cache.purge(tag: tag, kind)
        return true
    }

    /// Whether there is a cache.
    var isCaching: Bool { current.cache != nil }

    /// The cache, with each query rule that URIs are stored by.
    private var cacheInUse: (cache: HTTPCache, rules: [QueryRule])? {
        let generation = current
        guard let cache = generation.cache else { return nil }
        var rules = [QueryRule.all]
        for rule in generation.routes.compactMap({ $0.cacheRules?.query }) where !rules.contains(rule) {
            rules.append(rule)
        }
        return (cache, rules)
    }
}
