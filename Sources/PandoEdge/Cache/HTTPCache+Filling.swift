import Synchronization

extension HTTPCache {
    /// Takes the head of a server's final answer to a GET, which is no 304 to our own condition.
    ///
    /// - Parameters:
    ///   - request: As the client sent it.
    ///   - response: With the fields that Connection names removed.
    /// - Returns: The decision. Where it is to refuse, the fill is over: those who waited go on by themselves.
    package func begin(
        _ fill: CacheFill,
        request: Head,
        response: Head,
        rules: CacheRules,
        requestTime: CacheTime,
        responseTime: CacheTime
    ) -> StoreDecision {
        let decision = StoreDecision.make(
            request: request,
            response: response,
            rules: rules,
            requestTime: requestTime,
            responseTime: responseTime
        )
        guard case .store(let terms) = decision, let tags = CacheTags.read(response, hasher) else {
            let refusal: StoreRefusal = if case .refuse(let reason) = decision { reason } else { .tooLarge }
            refuse(fill, refusal, status: response.status, now: responseTime)
            return .refuse(refusal)
        }
        let length = response.first(.contentLength).flatMap { ByteRange.number(response.bytes($0)) }
        let pending = PendingEntry(
            terms: terms,
            head: StoredHead(response, withheld: terms.withheldFields, date: terms.facts.date),
            tags: tags,
            length: length.map { Int($0) },
            maximumBytes: rules.maximumEntryBytes,
            maximumVariants: rules.maximumVariants
        )
        fills.unpass(fill.key)
        // What has to be validated each time answers nobody but its own client.
        if !terms.facts.answersOthers(at: responseTime) {
            fills.pass(fill.key, until: responseTime + configuration.passSeconds)
            fill.change { $0.beginAlone(pending) }
        } else {
            fill.change { $0.begin(pending) }
        }
        return decision
    }

    /// Takes bytes of the body.
    package func append(_ fill: CacheFill, _ bytes: UnsafeBufferPointer<UInt8>) -> FillFlow {
        let kept = fill.state.withLock { $0.keepsAll && $0.pending != nil ? $0.bytes : -1 }
        // The leader alone appends, so nothing of this changes between here and below.
        var mayKeep = kept >= 0 && kept + bytes.count <= fill.maximumBytes
        if mayKeep { mayKeep = fillBudget.take(bytes.count) }
        return fill.change { $0.append(Array(bytes), mayKeep: mayKeep) }
    }

    /// The body is complete. Returns the entry where it was stored.
    @discardableResult
    package func finish(_ fill: CacheFill) -> CacheEntry? {
        let (pending, chunks, kept) = fill.state.withLock { ($0.pending, $0.chunks, $0.keepsAll ? $0.bytes : -1) }
        var entry = kept >= 0 ? pending?.entry(of: fill, chunks: chunks) : nil
        if let made = entry, made.facts.range != nil { entry = combined(made) }
        let stored = store(entry, fill, maximumVariants: pending?.maximumVariants ?? 1)
        fill.change { $0.finish(stored) }
        return stored
    }

    /// The answer broke off, or there was none: those who wait are told that there is none, and nothing is stored
    /// (RFC 9111 §3.3).
    package func fail(_ fill: CacheFill) { end(fill, .failed) }

    /// The leader gives up for a reason of its own: those who wait look again, and one of them leads.
    package func abandon(_ fill: CacheFill) { end(fill, .again) }

    private func end(_ fill: CacheFill, _ reason: FillState.Release) {
        fills.finish(fill) { _ in }
        fill.change { $0.release(reason) }
    }

    /// Stores an entry unless it was invalidated on its way, and ends the fill for new readers.
    func store(_ entry: CacheEntry?, _ fill: CacheFill, maximumVariants: Int) -> CacheEntry? {
        let evicted: Int? = fills.finish(fill) { isDoomed in
            guard let entry, !isDoomed else { return nil }
            return memory.store(entry, maximumVariants: maximumVariants)
        }
        guard let entry, let evicted else { return nil }
        tally.add(.stored)
        tally.add(.eviction, evicted)
        disk?.store(entry, maximumVariants: maximumVariants)
        return entry
    }

    /// A part together with what is stored already, where the two fit.
    private func combined(_ part: CacheEntry) -> CacheEntry {
        guard let old = memory.entry(part.key, part.variant), old.purged(purges) == nil else { return part }
        return PartialContent.combine(old, part) ?? part
    }

    private func refuse(_ fill: CacheFill, _ refusal: StoreRefusal, status: Int, now: CacheTime) {
        if !refusal.isAboutRequest {
            fills.pass(fill.key, until: now + configuration.passSeconds)
            // A newer answer stands in the place of the stored one, but an error does not.
            if status < 500, let stale = fill.stale { drop(stale) }
        }
        end(fill, .alone)
    }

    /// Removes an entry that another response stands in the place of.
    func drop(_ entry: CacheEntry) {
        memory.remove(entry.key) { $0 === entry }
        disk?.remove(entry.key, entry.variant)
    }

    /// Ends a fill that the disk led.
    func finishLoad(_ fill: CacheFill, _ entry: CacheEntry?) {
        let loaded: CacheEntry? = fills.finish(fill) { isDoomed in
            guard let entry, !isDoomed, entry.purged(purges) != .hard else { return nil }
            _ = memory.store(entry, maximumVariants: .max)
            return entry
        }
        if loaded != nil { tally.add(.diskHit) }
        fill.change { state in
            if let loaded { state.finish(loaded) } else { state.release(.again) }
        }
    }
}

extension CacheFill {
    /// The largest body that is stored.
    fileprivate var maximumBytes: Int { state.withLock { $0.pending?.maximumBytes ?? 0 } }
}
