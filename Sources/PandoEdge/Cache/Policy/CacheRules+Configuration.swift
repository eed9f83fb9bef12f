extension CacheRules {
    /// The rules of a route, as the configuration has them.
    package init(_ rule: EdgeConfiguration.CacheRule, _ store: EdgeConfiguration.CacheStore) {
        self.init()
        lifetime = rule.lifetime.map(Self.seconds)
        forcedLifetime = rule.force.map(Self.seconds)
        maximumLifetime = rule.maximum.map(Self.seconds)
        lifetimes = rule.negative.mapValues(Self.seconds)
        staleWhileRevalidate = Self.seconds(rule.staleWhileRevalidate)
        graceSeconds = Self.seconds(rule.grace)
        sharesCredentials = rule.shareCredentials
        if rule.shareCredentials { cookies = .store }
        maximumEntryBytes = store.objectBytes
        variantNames = rule.key.headers + rule.key.cookies.map(Variant.cookie)
        switch rule.key.query {
        case .all: query = .all
        case .none: query = .none
        case .only(let names): query = .only(Set(names))
        case .without(let names): query = .without(Set(names))
        }
    }

    private static func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }
}

extension HTTPCache.Configuration {
    /// The sizes of the cache, as the configuration has them.
    package init(_ store: EdgeConfiguration.CacheStore) {
        self.init()
        memoryBytes = store.memoryBytes
        fillBytes = max(store.memoryBytes / 4, min(store.objectBytes, store.memoryBytes))
        if let folder = store.folder {
            var disk = DiskTier.Configuration(directory: folder)
            disk.maximumBytes = store.diskBytes
            self.disk = disk
        }
    }
}
