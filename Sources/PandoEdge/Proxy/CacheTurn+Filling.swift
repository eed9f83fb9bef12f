import Synchronization

extension CacheTurn {
    /// What becomes of a server's response.
    enum Verdict {
        /// The client gets it.
        case pass
        /// The client gets something else, when the response has ended.
        case hold
        /// The client gets what is stored, now.
        case replace(CacheEntry)
        /// What is stored will be this; the client has it already, and gets this answer instead.
        case notModified(CacheEntry)
    }

    /// A server's final response has begun.
    func responseBegan() -> Verdict {
        switch stage {
        case .passing:
            note()
            addStatus(to: exchange.response)
            return .pass
        case .leading(let fill): return leaderGot(fill)
        case .idle, .filling, .confirmed, .askingAgain, .waiting, .streaming: return .pass
        }
    }

    /// Draws from an answer that is not stored what it says of those that are.
    private func note() {
        let response = exchange.response
        if asked.method == .head {
            cache.takeHead(
                query,
                request: asked,
                response: response,
                rules: rules,
                requestTime: requestTime,
                responseTime: Self.time()
            )
        } else if !asked.method.isSafe {
            cache.noteUnsafe(request: asked, response: response, isTLS: exchange.forwarding.isSecure, rules: rules)
        }
    }

    private func leaderGot(_ fill: CacheFill) -> Verdict {
        let response = exchange.response
        if response.status == 304, fill.stale != nil { return validated(fill) }
        if Self.isFailure(response.status), let stale = fill.stale, mayStandIn(stale) {
            status = instead(of: response.status, stale)
            stage = .idle
            cache.fail(fill)
            return .replace(stale)
        }
        let now = Self.time()
        let decision = cache.begin(
            fill,
            request: asked,
            response: response,
            rules: rules,
            requestTime: requestTime,
            responseTime: now
        )
        switch decision {
        case .refuse(let refusal):
            status.detail = refusal
            stage = .passing
        case .store(let terms):
            status.isStored = true
            stage = .filling(fill)
            let stored = StoredHead(response, withheld: [], date: terms.facts.date)
            let known = head(stored, terms.facts, fill.key)
            if exchange.hasClient, case .notModified = known.plan(asked, now: now) { return .notModified(known) }
        }
        addStatus(to: response)
        return .pass
    }

    private static func isFailure(_ status: Int) -> Bool { status == 500 || (502...504).contains(status) }

    private func mayStandIn(_ stale: CacheEntry) -> Bool {
        exchange.hasClient && cache.mayServeInstead(stale, query, rules: rules, now: Self.time())
    }

    private func validated(_ fill: CacheFill) -> Verdict {
        let entry = cache.confirm(
            fill,
            request: asked,
            response: exchange.response,
            rules: rules,
            requestTime: requestTime,
            responseTime: Self.time()
        )
        stage = entry.map { .confirmed($0) } ?? .askingAgain(fill)
        return .hold
    }

    /// A part of the body has come.
    func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard case .filling(let fill) = stage else { return }
        if cache.append(fill, bytes) == .pause { pause() }
    }

    /// The response has ended; true where the client is answered from here.
    func responseEnded() -> Bool {
        switch stage {
        case .filling(let fill):
            rest()
            cache.finish(fill)
            return false
        case .confirmed(let entry):
            rest()
            guard exchange.hasClient else { return false }
            status.forwardStatus = 304
            status.ttl = entry.facts.remaining(at: Self.time())
            serve(entry, status)
            return true
        case .askingAgain(let fill):
            guard exchange.request.has(.ifNoneMatch) || exchange.request.has(.ifModifiedSince) else {
                exchange.fail(502, "the server says that what was never sent has not changed")
                return true
            }
            Validation.removeConditions(exchange.request)
            stage = .leading(fill)
            if source == .origin { exchange.askAgain() } else { askOrigin() }
            return true
        case .idle, .passing, .leading, .waiting, .streaming: return false
        }
    }

    /// No server has given an answer: what is stored may stand in; false where the client has to be told.
    func standsIn(for status: Int) -> Bool {
        switch stage {
        case .leading(let fill), .askingAgain(let fill):
            guard status >= 500, let stale = fill.stale, mayStandIn(stale) else { break }
            stage = .idle
            cache.fail(fill)
            serve(stale, instead(of: nil, stale))
            return true
        case .idle, .passing, .filling, .confirmed, .waiting, .streaming: break
        }
        broke(status)
        return false
    }

    /// The answer has broken off, or there is none.
    func broke(_ status: Int) {
        switch stage {
        case .leading(let fill), .askingAgain(let fill):
            // A client's mistake is not that of those who wait.
            if status >= 500 { cache.fail(fill) } else { cache.abandon(fill) }
        case .filling(let fill): cache.fail(fill)
        case .waiting(let fill, let reader), .streaming(let fill, let reader): fill.unsubscribe(reader)
        case .idle, .passing, .confirmed: break
        }
        rest()
    }

    /// Whether it is worth to go on without the client.
    var outlivesClient: Bool {
        switch stage {
        case .leading(let fill): fill.readers > 0
        case .filling(let fill): isOfUse(fill)
        case .idle, .passing, .confirmed, .askingAgain, .waiting, .streaming: false
        }
    }

    /// Whether what comes will be stored, or is read.
    private func isOfUse(_ fill: CacheFill) -> Bool { fill.state.withLock { $0.keepsAll || !$0.readers.isEmpty } }
}
