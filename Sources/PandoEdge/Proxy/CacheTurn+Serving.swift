extension CacheTurn {
    /// Sends what is stored.
    func serve(_ entry: CacheEntry, _ status: CacheStatus) {
        rest()
        let (exchange, now) = (exchange, Self.time())
        let request = query.head ?? exchange.request
        let plan = entry.plan(request, now: now)
        self.status = status
        let isHead = request.method == .head
        exchange.responseRules = entry.copyHead(plan, into: exchange.response, isHead: isHead, now: now)
        if case .length(let count) = exchange.responseRules.framing { cache.saved(bytes: Int(count)) }
        cursor = EntryCursor(entry, plan)
        sendHead()
        if exchange.responseRules.framing == .none {
            cursor = nil
            return exchange.endResponse()
        }
        sendBody()
    }

    /// Tells a client that what it has is right.
    func sendNotModified(_ entry: CacheEntry, _ status: CacheStatus) {
        self.status = status
        exchange.responseRules = entry.copyHead(.notModified, into: exchange.response, isHead: false, now: Self.time())
        sendHead()
        exchange.endResponse()
    }

    /// Sends the head that is made.
    func sendHead() {
        if let changes = exchange.route?.responseChanges { exchange.response.apply(changes) }
        addStatus(to: exchange.response)
        exchange.ownResponseBegins()
        exchange.beginResponse()
    }

    /// Sends as much of the body as the client takes.
    func sendBody() {
        guard var rest = cursor else { return }
        let exchange = exchange
        // The client may turn out to be gone at each step, and this turn to be over.
        while cursor != nil {
            if !exchange.clientHasRoom {
                exchange.flushClient()
                guard cursor != nil else { return }
                if !exchange.clientHasRoom {
                    cursor = rest
                    return
                }
            }
            if !rest.next({ exchange.passBody($0) }) {
                cursor = nil
                return exchange.endResponse()
            }
        }
    }

    /// The client takes more; false where what it takes is a server's.
    func resume() -> Bool {
        if cursor != nil {
            sendBody()
            return true
        }
        switch stage {
        case .waiting, .streaming:
            readFill()
            return true
        case .idle, .passing, .leading, .filling, .confirmed, .askingAgain: return false
        }
    }
}
