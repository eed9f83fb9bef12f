/// What a request is to do.
package enum CacheLookup {
    /// Send the entry, which may be stale. With a fill, validate it beside that: the caller leads.
    case hit(CacheEntry, refresh: CacheFill?)
    /// Ask a server whether the stale entry is still right; lead the fill.
    case validate(CacheEntry, CacheFill, CacheStatus.Forward)
    /// Ask a server; lead the fill.
    case miss(CacheFill, CacheStatus.Forward)
    /// Another request, or the disk, brings it: subscribe, and where that gives nil or ``FillEvent/again`` look up again, with
    /// ``FillEvent/alone`` as for ``bypass(_:)``.
    case wait(CacheFill)
    /// Ask a server; nothing is stored.
    case bypass(CacheStatus.Forward)
    /// 504: the client wants it from the cache or not at all (RFC 9111 §5.2.1.7).
    case unavailable

    /// Changes a copy of the client's request into the one that a server is asked with.
    package func prepare(_ request: Head) {
        switch self {
        case .validate(let entry, _, _): Validation.prepare(request, for: entry)
        case .hit(let entry, refresh: .some): Validation.prepare(request, for: entry)
        // The whole answer is wanted, for others too; the client's own conditions are evaluated on it.
        case .miss: Validation.removeConditions(request)
        case .hit, .wait, .bypass, .unavailable: break
        }
    }
}

extension HTTPCache {
    /// Looks for an answer to a request.
    ///
    /// - Parameter query: Prepared with the request and ``hasher``.
    package func lookup(_ query: CacheQuery, rules: CacheRules, now: CacheTime) -> CacheLookup {
        guard let request = query.head, request.method == .get || request.method == .head else {
            return bypass(.method)
        }
        // These are for the origin to evaluate (RFC 9111 §4.3.2).
        if query.fields.contains(.ifMatch) || query.fields.contains(.ifUnmodifiedSince) { return bypass(.request) }
        let (found, hasKey) = memory.find(query)
        guard let entry = found else { return absent(query, hasKey ? .varyMiss : .uriMiss, now) }
        return answer(query, with: entry, now: now)
    }

    /// Decides about an entry that a fill brought (``FillEvent/entry(_:)``), which may be stale where it is from the disk.
    package func answer(_ query: CacheQuery, with entry: CacheEntry, now: CacheTime) -> CacheLookup {
        guard let request = query.head else { return bypass(.method) }
        let purge = entry.purged(purges)
        if purge == .hard {
            memory.remove(entry.key) { $0 === entry }
            return absent(query, .miss, now)
        }
        guard entry.covers(request, now: now) else { return fetch(query, .partial, now, isShared: false) }
        switch Reuse.decide(entry.facts, request: query.directives, now: now, isPurged: purge == .soft) {
        case .fresh:
            tally.add(.hit)
            return .hit(entry, refresh: nil)
        case .stale(let refreshes):
            tally.add(.hit)
            tally.add(.stale)
            return .hit(entry, refresh: refreshes ? refresh(entry, query, now) : nil)
        case .validate(let cause):
            return validate(entry, query, cause == .request ? .request : .stale, now)
        }
    }

    /// Whether a stale entry may be served now that no server gave a good answer (RFC 5861 §4): none could be reached, or one answered
    /// with 500, 502, 503 or 504. Counts it as served where it may.
    package func mayServeInstead(_ entry: CacheEntry, _ query: CacheQuery, rules: CacheRules, now: CacheTime) -> Bool {
        guard entry.purged(purges) != .hard,
            Reuse.mayReplaceError(entry.facts, request: query.directives, rules: rules, now: now)
        else { return false }
        tally.add(.hit)
        tally.add(.stale)
        return true
    }

    private func bypass(_ forward: CacheStatus.Forward) -> CacheLookup {
        tally.add(.bypassed)
        return .bypass(forward)
    }

    /// Nothing in memory: the disk, or a server.
    private func absent(_ query: CacheQuery, _ forward: CacheStatus.Forward, _ now: CacheTime) -> CacheLookup {
        if let disk, let record = disk.find(query) {
            let claim = claim(query, now)
            switch claim {
            case .join(let fill):
                if !query.directives.has(.onlyIfCached) { return wait(fill) }
            case .lead(let fill):
                disk.load(record) { [self] entry in finishLoad(fill, entry) }
                return .wait(fill)
            case .alone: break
            }
        }
        return fetch(query, forward, now, isShared: true)
    }

    /// Asks a server, or waits for who does.
    private func fetch(
        _ query: CacheQuery,
        _ forward: CacheStatus.Forward,
        _ now: CacheTime,
        isShared: Bool
    ) -> CacheLookup {
        if query.directives.has(.onlyIfCached) { return .unavailable }
        guard let request = query.head, request.method == .get else { return bypass(forward) }
        tally.add(.miss)
        // The answer to a range is of no use to others before it is stored.
        guard isShared, !query.fields.contains(.range), !query.directives.has(.noCache), !query.directives.has(.noStore)
        else {
            return .miss(alone(query.key, nil), forward)
        }
        let claim = claim(query, now)
        switch claim {
        case .join(let fill): return wait(fill)
        case .alone: return .miss(alone(query.key, nil), forward)
        case .lead(let fill):
            // It may have been stored between the lookup and the claim.
            guard let entry = memory.find(query).element, entry.purged(purges) == nil,
                Reuse.decide(entry.facts, request: query.directives, now: now) == .fresh
            else { return .miss(fill, forward) }
            abandon(fill)
            tally.add(.hit)
            return .hit(entry, refresh: nil)
        }
    }

    private func validate(
        _ entry: CacheEntry,
        _ query: CacheQuery,
        _ forward: CacheStatus.Forward,
        _ now: CacheTime
    ) -> CacheLookup {
        if query.directives.has(.onlyIfCached) { return .unavailable }
        guard let request = query.head, request.method == .get else { return bypass(forward) }
        tally.add(.miss)
        // A client that wants a newer answer does not want one that was asked for before it asked.
        guard forward == .stale, !query.fields.contains(.range), entry.isComplete else {
            return .validate(entry, alone(query.key, entry), forward)
        }
        let claim = claim(query, now, stale: entry)
        switch claim {
        case .join(let fill): return wait(fill)
        case .lead(let fill): return .validate(entry, fill, forward)
        case .alone: return .validate(entry, alone(query.key, entry), forward)
        }
    }

    private func wait(_ fill: CacheFill) -> CacheLookup {
        tally.add(.coalesced)
        return .wait(fill)
    }

    /// The fill of a validation in the background; nil where one is on its way.
    private func refresh(_ entry: CacheEntry, _ query: CacheQuery, _ now: CacheTime) -> CacheFill? {
        guard query.head?.method == .get, entry.isComplete else { return nil }
        let claim = claim(query, now, stale: entry)
        if case .lead(let fill) = claim { return fill }
        return nil
    }

    private func claim(_ query: CacheQuery, _ now: CacheTime, stale: CacheEntry? = nil) -> FillTable.Claim {
        fills.claim(query, generation: purges.generation, now: now) { makeFill($0, isShared: true, stale: stale) }
    }

    private func makeFill(_ key: CacheKey, isShared: Bool, stale: CacheEntry? = nil) -> CacheFill {
        CacheFill(key: key, generation: purges.generation, stale: stale, isShared: isShared, budget: fillBudget)
    }

    /// A fill that nobody joins.
    private func alone(_ key: CacheKey, _ stale: CacheEntry?) -> CacheFill {
        let fill = makeFill(key, isShared: false, stale: stale)
        fills.register(fill)
        return fill
    }
}
