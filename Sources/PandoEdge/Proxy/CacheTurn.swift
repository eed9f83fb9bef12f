import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// A request's turn at the cache: what of its answer is from there, or goes there. Belongs to an exchange, and is used again.
final class CacheTurn {
    enum Stage {
        /// It has nothing to do with what comes.
        case idle
        /// A server's answer goes through, and is not stored.
        case passing
        /// A server was asked; this leads the fill.
        case leading(CacheFill)
        /// The body of the answer goes to the client and into the fill.
        case filling(CacheFill)
        /// A server has said that what is stored is right.
        case confirmed(CacheEntry)
        /// A server has confirmed something else: it is asked again, without conditions.
        case askingAgain(CacheFill)
        /// Another request brings the answer.
        case waiting(CacheFill, FillReader)
        /// As waiting, and the client has the head.
        case streaming(CacheFill, FillReader)
    }

    let cache: HTTPCache
    unowned var exchange: Exchange
    var stage = Stage.idle
    let query = CacheQuery()
    /// The request as the client sent it, once the exchange's own is changed for the server.
    let asked = Head()
    private(set) var site: Site?
    /// Whether another cache node asks, which goes to no further one.
    private(set) var comesFromNode = false
    /// Who was asked for it last.
    var source = CacheSource.origin
    var rules = CacheRules()
    var status = CacheStatus()
    var requestTime = CacheTime(milliseconds: 0)
    /// The body that is being sent from the store.
    var cursor: EntryCursor?
    /// Whether the leader waits for those who read.
    private(set) var isPaused = false
    /// Under which number the fill knows it.
    private var token: UInt64?
    private var attempts = 0
    private let line = OutputBytes(capacity: 128)

    init(_ cache: HTTPCache, _ exchange: Exchange) {
        self.cache = cache
        self.exchange = exchange
    }

    static func time() -> CacheTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return CacheTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    // MARK: Looking

    /// Begins with a request whose route has rules.
    func begin(_ rules: CacheRules, _ site: Site) {
        self.rules = rules
        self.site = site
        attempts = 0
        status = CacheStatus()
        (source, comesFromNode) = (.origin, false)
        if let nodes = site.generation.nodes, !pass(nodes) { return }
        prepare(exchange.request)
        // Content of a GET has no meaning that a cache could know, and another protocol is no response (RFC 9110 §9.3.1, §7.8).
        if exchange.rules.framing != .none || !exchange.rules.upgrade.isEmpty {
            return pass(exchange.request.method == .get ? .bypass : .method)
        }
        look()
    }

    private func prepare(_ request: Head) {
        query.prepare(request, isTLS: exchange.forwarding.isSecure, rules: rules, hasher: cache.hasher)
    }

    /// Looks where a request has been; false where it has been here, and is refused. To look for it would be to wait for itself.
    private func pass(_ nodes: CacheNodes) -> Bool {
        switch nodes.passage(of: exchange.request) {
        case .none: return true
        case .here:
            exchange.fail(508, "the request has been here before")
            return false
        case .node:
            comesFromNode = true
            return true
        }
    }

    private func look() { act(cache.lookup(query, rules: rules, now: Self.time())) }

    /// Does what a lookup says.
    func act(_ found: CacheLookup) {
        switch found {
        case .hit(let entry, let refresh):
            if let refresh { BackgroundExchange.refresh(entry, refresh, for: self) }
            serve(entry, .hit(ttl: entry.facts.remaining(at: Self.time())))
        case .validate(_, let fill, let forward), .miss(let fill, let forward): lead(fill, forward, found)
        case .wait(let fill): wait(for: fill)
        case .bypass(let forward): pass(forward)
        case .unavailable: exchange.fail(504, "the cache has no answer to this, and the client wants no other")
        }
    }

    /// Looks again, since what was waited for is of no use; not for ever.
    func lookAgain() {
        attempts += 1
        if attempts < 4 { look() } else { pass(.miss) }
    }

    // MARK: Asking

    /// Asks a server for this client alone.
    func pass(_ forward: CacheStatus.Forward) {
        status = .forwarded(forward)
        stage = .passing
        keepRequest()
        site?.generation.nodes?.mark(exchange.request)
        site?.forward(exchange)
    }

    private func lead(_ fill: CacheFill, _ forward: CacheStatus.Forward, _ found: CacheLookup) {
        keepRequest()
        found.prepare(exchange.request)
        begin(fill, forward)
        fetch()
    }

    /// Leads a fill from now on.
    private func begin(_ fill: CacheFill, _ forward: CacheStatus.Forward) {
        status = .forwarded(forward)
        stage = .leading(fill)
        fill.lead(exchange.worker.cacheDesk.bell, token: enter())
    }

    /// Leads the validation of what another exchange has served stale.
    func refresh(_ entry: CacheEntry, _ fill: CacheFill, like other: CacheTurn) {
        rules = other.rules
        site = other.site
        (source, comesFromNode) = (.origin, other.comesFromNode)
        exchange.request.remove(.range)
        exchange.request.remove(.ifRange)
        keepRequest()
        Validation.prepare(exchange.request, for: entry)
        begin(fill, .stale)
        fetch()
    }

    /// Knows what another turn's client has asked.
    func adopt(_ other: CacheTurn) {
        rules = other.rules
        site = other.site
        asked.copy(other.asked)
        prepare(asked)
    }

    private func keepRequest() {
        asked.copy(exchange.request)
        prepare(asked)
        requestTime = Self.time()
    }

    // MARK: Telling

    /// Has a fill's word come here.
    func enter() -> UInt64 {
        leave()
        let token = exchange.worker.cacheDesk.enter(self)
        self.token = token
        return token
    }

    func leave() {
        guard let token else { return }
        self.token = nil
        exchange.worker.cacheDesk.leave(token)
    }

    /// A fill has something new.
    func advanced() {
        switch stage {
        case .waiting, .streaming: readFill()
        case .leading, .filling:
            isPaused = false
            exchange.server?.resume()
        case .idle, .passing, .confirmed, .askingAgain: break
        }
    }

    func pause() { isPaused = true }

    /// Gives up readers that are too slow; false where nobody was waited for.
    func dropLaggards() -> Bool {
        guard isPaused, case .filling(let fill) = stage else { return false }
        isPaused = fill.dropLaggards()
        return true
    }

    /// Adds what was done to the head of the answer.
    func addStatus(to head: Head) {
        line.removeAll()
        status.write(rules, to: line)
        let name = "cache-status".utf8.count
        let slice = head.append(line.bytes)
        let value = Slice(Int(slice.start) + name + 2, Int(slice.count) - name - 4)
        head.fields.append(Field(id: .cacheStatus, name: Slice(Int(slice.start), name), value: value))
    }

    // MARK: Ends

    /// Ends the turn, in whatever way the exchange has ended.
    func end() {
        switch stage {
        case .leading(let fill), .askingAgain(let fill): cache.abandon(fill)
        case .filling(let fill): cache.fail(fill)
        case .waiting(let fill, let reader), .streaming(let fill, let reader): fill.unsubscribe(reader)
        case .idle, .passing, .confirmed: break
        }
        rest()
        site = nil
    }

    /// Has nothing to do with what comes.
    func rest() {
        leave()
        stage = .idle
        cursor = nil
        isPaused = false
    }
}
