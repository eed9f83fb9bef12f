extension CacheTurn {
    /// Waits for what another request, or the disk, brings.
    func wait(for fill: CacheFill) {
        guard let reader = fill.subscribe(exchange.worker.cacheDesk.bell, token: enter()) else {
            leave()
            return lookAgain()
        }
        stage = .waiting(fill, reader)
    }

    /// Has the client, which led until now, read on from the fill behind what it has; false where not all of the rest will be kept.
    func follow(_ fill: CacheFill, like other: CacheTurn) -> Bool {
        guard let reader = fill.follow(exchange.worker.cacheDesk.bell, token: enter()) else {
            leave()
            return false
        }
        adopt(other)
        status = other.status
        stage = .streaming(fill, reader)
        return true
    }

    /// Takes from the fill what there is, as far as the client takes it.
    func readFill() {
        while true {
            let (fill, reader): (CacheFill, FillReader)
            switch stage {
            case .waiting(let one, let other), .streaming(let one, let other): (fill, reader) = (one, other)
            case .idle, .passing, .leading, .filling, .confirmed, .askingAgain: return
            }
            if !exchange.clientHasRoom {
                exchange.flushClient()
                // Goes on when the client has taken what it has.
                if !exchange.clientHasRoom { return }
                continue
            }
            let event = fill.next(reader, matching: { query.matches($0) })
            if case .nothing = event { return exchange.flushResponse() }
            take(event, fill, reader)
        }
    }

    private func take(_ event: FillEvent, _ fill: CacheFill, _ reader: FillReader) {
        switch event {
        case .nothing: break
        case .head(let head, let facts, let length): streamBegins(head, facts, length, fill, reader)
        case .chunk(let bytes): bytes.withUnsafeBufferPointer { exchange.passBody($0) }
        case .end:
            finishReading(fill, reader)
            exchange.endResponse()
        case .entry(let entry):
            finishReading(fill, reader)
            act(cache.answer(query, with: entry, now: Self.time()))
        case .again:
            finishReading(fill, reader)
            lookAgain()
        case .alone:
            finishReading(fill, reader)
            pass(.miss)
        case .failed: failed(fill, reader)
        }
    }

    private func finishReading(_ fill: CacheFill, _ reader: FillReader) {
        fill.unsubscribe(reader)
        rest()
    }

    /// The head has come, and the body follows it.
    private func streamBegins(
        _ head: StoredHead,
        _ facts: EntryFacts,
        _ length: Int?,
        _ fill: CacheFill,
        _ reader: FillReader
    ) {
        status = .forwarded(.uriMiss)
        status.isCollapsed = true
        let known = self.head(head, facts, fill.key)
        if case .notModified = known.plan(query.head ?? exchange.request, now: Self.time()) {
            finishReading(fill, reader)
            return serve(known, status)
        }
        stage = .streaming(fill, reader)
        head.copy(into: exchange.response)
        exchange.responseRules = ResponseRules()
        if exchange.request.method == .head {
            exchange.responseRules.announcedLength = length.map { UInt64($0) }
            finishReading(fill, reader)
            sendHead()
            return exchange.endResponse()
        }
        exchange.responseRules.framing = length.map { $0 == 0 ? .none : .length(UInt64($0)) } ?? .chunked
        if facts.status == 204 { exchange.responseRules.framing = .none }
        sendHead()
    }

    /// A head without its body, for the conditions of a client.
    func head(_ head: StoredHead, _ facts: EntryFacts, _ key: CacheKey) -> CacheEntry {
        CacheEntry(key: key, variant: .none, facts: facts, head: head, body: .empty, tags: [], generation: 0)
    }

    /// The one who asked the server got no answer, or half of one.
    private func failed(_ fill: CacheFill, _ reader: FillReader) {
        let hasBegun = exchange.isResponseBegun
        finishReading(fill, reader)
        if hasBegun { return exchange.abortResponse() }
        if let stale = fill.stale, cache.mayServeInstead(stale, query, rules: rules, now: Self.time()) {
            return serve(stale, instead(of: nil, stale))
        }
        status = .forwarded(.uriMiss)
        status.isCollapsed = true
        exchange.fail(502, "no server has answered")
    }

    /// What is said of a stale answer in the place of an error.
    func instead(of error: Int?, _ entry: CacheEntry) -> CacheStatus {
        var status = CacheStatus.hit(ttl: entry.facts.remaining(at: Self.time()))
        status.forwardStatus = error
        return status
    }
}
