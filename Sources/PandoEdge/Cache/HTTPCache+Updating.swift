extension HTTPCache {
    /// Takes a 304 to a condition of ours (RFC 9111 §4.3.4).
    ///
    /// - Returns: The entry with the fields of the 304, which the fill ends with; nil where the 304 is about another response, so that
    ///   the leader has to ask again, without conditions, with the same fill.
    package func confirm(
        _ fill: CacheFill,
        request: Head,
        response: Head,
        rules: CacheRules,
        requestTime: CacheTime,
        responseTime: CacheTime
    ) -> CacheEntry? {
        guard let stale = fill.stale, Freshening.isAbout(stale, response, now: responseTime) else {
            if let stale = fill.stale { drop(stale) }
            return nil
        }
        let (entry, decision) = freshened(stale, request, response, rules, requestTime, responseTime)
        tally.add(.revalidated)
        guard case .store(let terms) = decision else {
            // It is good for this client alone. What is stored stays as it was where that is because of who asked, as the fields of
            // the 304 may be about them; it goes where the 304 says that nothing is to be stored.
            if case .refuse(let refusal) = decision, !refusal.isAboutRequest { drop(stale) }
            abandonAlone(fill)
            return entry
        }
        _ = store(entry, fill, maximumVariants: rules.maximumVariants)
        let isForAll = terms.facts.answersOthers(at: responseTime)
        fill.change { state in
            if isForAll { state.finish(entry) } else { state.release(.alone) }
        }
        if !isForAll { fills.pass(fill.key, until: responseTime + configuration.passSeconds) }
        return entry
    }

    /// Takes a server's answer to a HEAD (RFC 9111 §4.3.5): what is stored is brought up to date, or is stale from now on.
    package func takeHead(
        _ query: CacheQuery,
        request: Head,
        response: Head,
        rules: CacheRules,
        requestTime: CacheTime,
        responseTime: CacheTime
    ) {
        guard request.method == .head, response.status == 200, let entry = memory.find(query).element else { return }
        guard Freshening.confirms(entry, response, now: responseTime) else {
            entry.purgeSoftly()
            disk?.remove(entry.key, entry.variant)
            return
        }
        let asked = Head()
        asked.copy(request)
        asked.method = .get
        let (fresh, decision) = freshened(entry, asked, response, rules, requestTime, responseTime)
        if case .store = decision { _ = memory.store(fresh, maximumVariants: rules.maximumVariants) }
    }

    /// Takes the answer to an unsafe request: what is stored of its target and of what it names is gone (RFC 9111 §4.4).
    package func noteUnsafe(request: Head, response: Head, isTLS: Bool, rules: CacheRules) {
        let keys = Invalidation.keys(
            request: request,
            response: response,
            isTLS: isTLS,
            query: rules.query,
            hasher: hasher
        )
        for key in keys { purge(key, .hard) }
    }

    // MARK: Purges

    /// Purges all variants of a URI such as `https://example.org/a?b`; false where it is none.
    ///
    /// - Parameter query: The rule of its route.
    @discardableResult
    package func purge(uri: String, query: QueryRule = .all, _ kind: PurgeKind) -> Bool {
        guard let bytes = Self.normalized(uri, query) else { return false }
        purge(CacheKey(hash: hasher.hash(bytes), bytes: bytes), kind)
        return true
    }

    /// Purges what has a tag (Surrogate-Key, Cache-Tag).
    package func purge(tag: String, _ kind: PurgeKind) {
        let hash = hasher.hash(Array(tag.utf8))
        let number = purges.purge(tag: hash, kind)
        tally.add(.invalidation)
        disk?.note(PurgeRecord(generation: number, kind: kind, target: .tag(hash)))
    }

    /// Purges what has a URI that begins with a text, as `https://example.org/a/`; everything with an empty one. False where it is
    /// neither empty nor has a host.
    @discardableResult
    package func purge(prefix: String, _ kind: PurgeKind) -> Bool {
        guard let bytes = prefix.isEmpty ? [] : Self.normalized(prefix) else { return false }
        let number = purges.purge(prefix: bytes, kind)
        tally.add(.invalidation)
        disk?.note(PurgeRecord(generation: number, kind: kind, target: .prefix(bytes)))
        return true
    }

    private func purge(_ key: CacheKey, _ kind: PurgeKind) {
        tally.add(.invalidation)
        // First what is on its way, so that nothing older is stored after this.
        fills.doom(key)
        switch kind {
        case .hard: memory.remove(key) { _ in true }
        case .soft: for entry in memory.all(key) { entry.purgeSoftly() }
        }
        // The disk does not know soft: what is served stale is what lies in memory.
        disk?.remove(key)
    }

    private static func normalized(_ uri: String, _ query: QueryRule = .all) -> [UInt8]? {
        guard let colon = uri.firstRange(of: "://") else { return nil }
        let scheme = uri[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let end = uri[colon.upperBound...].firstIndex { "/?".contains($0) } ?? uri.endIndex
        let authority = Array(uri[colon.upperBound..<end].utf8)
        guard !authority.isEmpty else { return nil }
        let target = Array(uri[end...].utf8)
        var bytes: [UInt8] = []
        authority.withUnsafeBufferPointer { authority in
            target.withUnsafeBufferPointer { target in
                CacheKey.write(
                    isTLS: scheme == "https",
                    authority: authority,
                    target: target,
                    query: query,
                    to: &bytes
                )
            }
        }
        return bytes
    }

    // MARK: Parts

    /// An entry with the fields of a later answer, and whether it may still be stored.
    private func freshened(
        _ entry: CacheEntry,
        _ request: Head,
        _ response: Head,
        _ rules: CacheRules,
        _ requestTime: CacheTime,
        _ responseTime: CacheTime
    ) -> (CacheEntry, StoreDecision) {
        let merged = Head()
        Freshening.merge(entry.head, with: response, into: merged)
        merged.status = entry.facts.status
        var terms: StoreTerms?
        let decision = StoreDecision.make(
            request: request,
            response: merged,
            rules: rules,
            requestTime: requestTime,
            responseTime: responseTime
        )
        if case .store(let found) = decision { terms = found }
        var facts = terms?.facts ?? entry.facts
        facts.range = entry.facts.range
        let fresh = CacheEntry(
            key: entry.key,
            variant: terms?.variant ?? entry.variant,
            facts: facts,
            head: StoredHead(merged, withheld: terms?.withheldFields ?? [], date: responseTime.seconds),
            body: entry.body,
            tags: CacheTags.read(merged, hasher) ?? entry.tags,
            generation: purges.generation
        )
        return (fresh, decision)
    }

    private func abandonAlone(_ fill: CacheFill) {
        fills.finish(fill) { _ in }
        fill.change { $0.release(.alone) }
    }
}
