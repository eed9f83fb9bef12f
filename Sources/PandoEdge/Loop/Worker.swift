import CEpoll
import DequeModule
import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// One thread with its sockets: it waits for them, and does what they are ready for. Everything that it owns is its alone.
final class Worker {
    typealias Job = @Sendable (Worker) -> Void

    /// What other threads may do to a worker.
    final class Mailbox: Sendable {
        private let jobs = Mutex<[Job]>([])
        fileprivate let wakeup: Int32

        fileprivate init() throws(SystemError) {
            wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
            guard wakeup >= 0 else { throw SystemError(code: errno) }
        }

        deinit {
            close(wakeup)
        }

        /// Has a job done on the worker's thread, after those that were posted before.
        func post(_ job: @escaping Job) {
            let isFirst = jobs.withLock { jobs in
                jobs.append(job)
                return jobs.count == 1
            }
            guard isFirst else { return }
            var one: UInt64 = 1
            write(wakeup, &one, 8)
        }

        fileprivate func take() -> [Job] {
            var count: UInt64 = 0
            read(wakeup, &count, 8)
            return jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
        }
    }

    let mailbox: Mailbox
    /// Nanoseconds of the monotonic clock when the sockets at hand became ready.
    private(set) var now: UInt64
    private(set) var isStopped = false
    /// What is read goes here first; it is free again when the handler returns.
    let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)
    let buffers = BufferPool()
    /// Where exchanges hear of what others bring into the cache.
    private(set) lazy var cacheDesk = CacheDesk(mailbox)
    /// The files that are open, and those that wait for the disk.
    private(set) lazy var files = FileDesk(mailbox)
    /// The cache of the generation in force.
    private(set) var cache: HTTPCache?
    /// Tells other cache nodes of purges.
    var purgeRelay: PurgeRelay?
    /// What compresses bodies.
    private(set) lazy var gzip = GzipPool()
    var random = WorkerRandom(seed: .random(in: 0 ... .max))
    /// The field Date of now.
    private(set) var date = DateLine(seconds: 0)

    /// The times that exchanges want to be told of.
    let alarms = Alarms()

    /// What is done with requests that have ended.
    var accessLog: AccessLogger?
    var meters: WorkerMeters?
    var traceBudget = TraceBudget()
    /// How long idle connections may still send a request when they are drained, in nanoseconds.
    var idleGrace: UInt64 = 0
    /// Probes the servers; on one worker of the edge.
    var prober: HealthProber?
    /// Those of ended requests, to be used again.
    var exchanges: [HTTP1Exchange] = []
    /// The same of clients that speak HTTP/2.
    var streamExchanges: [HTTP2Exchange] = []
    let streamPool = HTTP2StreamPool()
    /// By the numbers of upstreams in the generation in force.
    private var pools: [ServerConnections] = []
    /// By their sockets.
    private var listeners: [Int32: (listener: Listener, site: Site)] = [:]
    private let poller: Poller
    private var handlers = ContiguousArray<SocketHandler?>()
    /// By descriptor; `.max` where there is none.
    private var deadlines = ContiguousArray<UInt64>()
    private var nextDeadline = UInt64.max
    private var generation: UInt64 = 0
    private var unfinished = Deque<SocketHandler>()

    init() throws(SystemError) {
        mailbox = try Mailbox()
        poller = try Poller()
        now = Self.clock()
        guard poller.add(mailbox.wakeup, token: UInt64(UInt32(bitPattern: mailbox.wakeup)), isEdge: false) else {
            throw SystemError(code: errno)
        }
    }

    deinit {
        scratch.deallocate()
    }

    static func clock() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    // MARK: Handlers

    func nextToken(for descriptor: Int32) -> UInt64 {
        generation += 1
        return generation << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    /// Watches a handler's socket from now on; false where the system refuses.
    func add(_ handler: SocketHandler, isEdge: Bool = true) -> Bool {
        let index = Int(handler.descriptor)
        while handlers.count <= index {
            handlers.append(nil)
            deadlines.append(.max)
        }
        handlers[index] = handler
        deadlines[index] = .max
        return poller.add(handler.descriptor, token: handler.token, isEdge: isEdge)
    }

    fileprivate func handler(_ token: UInt64) -> SocketHandler? {
        let index = Int(token & 0xFFFF_FFFF)
        guard index < handlers.count, let handler = handlers[index], handler.token == token else { return nil }
        return handler
    }

    /// Gives the socket of a handler to another one.
    func replace(_ old: SocketHandler, by new: SocketHandler) {
        handlers[Int(new.descriptor)] = new
        deadlines[Int(new.descriptor)] = .max
        poller.change(new.descriptor, token: new.token)
    }

    func forget(_ handler: SocketHandler) {
        let index = Int(handler.descriptor)
        guard index < handlers.count, handlers[index] === handler else { return }
        handlers[index] = nil
        deadlines[index] = .max
    }

    /// Has a handler told when a time has come, nanoseconds of the monotonic clock; it has one deadline at a time, and `.max` is
    /// none. Some milliseconds late, never early.
    @inline(__always)
    func setDeadline(_ time: UInt64, for handler: SocketHandler) {
        guard !handler.isClosed else { return }
        deadlines[Int(handler.descriptor)] = time
        if time < nextDeadline { nextDeadline = time }
    }

    func deadline(of handler: SocketHandler) -> UInt64 {
        handler.isClosed ? .max : deadlines[Int(handler.descriptor)]
    }

    /// Lets a handler go on after the others that are ready have had their turn.
    func again(_ handler: SocketHandler) { unfinished.append(handler) }

    /// This worker's connections to the servers of an upstream.
    func connections(to plan: UpstreamPlan) -> ServerConnections {
        let number = plan.upstream.number
        // An exchange that began in an older generation may know another upstream by this number.
        if number < pools.count, pools[number].plan === plan { return pools[number] }
        return ServerConnections(plan, on: self)
    }

    /// Serves by another generation from now on; exchanges that are under way end in theirs.
    func change(to generation: Generation) {
        cache = generation.cache
        var old = pools
        pools = generation.upstreams.map { plan in
            guard let place = old.firstIndex(where: { $0.fits(plan) }) else { return ServerConnections(plan, on: self) }
            let kept = old.remove(at: place)
            kept.change(to: plan)
            return kept
        }
        for pool in old { pool.retire() }
    }

    // MARK: Listeners

    /// Takes connections at a socket, or serves those of a listener by another generation.
    func serve(
        _ configured: EdgeConfiguration.Listener,
        _ generation: Generation,
        _ socket: Int32,
        _ places: ConnectionPlaces
    ) {
        if let known = listeners[socket] {
            known.site.change(to: generation, configured)
            // Requests find the new generation themselves; connections that are relayed have to be told of it.
            guard known.site.relay != nil else { return }
            for handler in handlers where handler?.belongs(to: known.site) ?? false { handler?.siteChanged() }
            return
        }
        let site = Site(generation, configured, places, on: self)
        let listener = Listener(socket, site: site)
        listeners[socket] = (listener, site)
        _ = add(listener, isEdge: false)
    }

    /// Takes no more connections at a socket. Its connections end when they have what is under way.
    func unlisten(_ socket: Int32) {
        guard let known = listeners.removeValue(forKey: socket) else { return }
        poller.remove(socket)
        forget(known.listener)
        for handler in handlers where handler?.belongs(to: known.site) ?? false { handler?.drain() }
    }

    /// Ends connections of clients when they have their answers.
    func drain() {
        for handler in handlers { handler?.drain() }
    }

    // MARK: Running

    /// Makes a worker on a thread of its own; it runs until it is told to stop.
    static func launch() throws(SystemError) -> Mailbox {
        let made = Mutex<Result<Mailbox, SystemError>?>(nil)
        let isMade = DispatchSemaphore(value: 0)
        let thread = Thread {
            let result = Result { () throws(SystemError) in try Worker() }
            made.withLock { $0 = result.map(\.mailbox) }
            isMade.signal()
            guard let worker = try? result.get() else { return }
            worker.run()
        }
        thread.name = "edge worker"
        thread.start()
        isMade.wait()
        return try made.withLock { $0 ?? .failure(SystemError(code: EAGAIN)) }.get()
    }

    /// Serves until ``stop()``.
    func run() {
        while !isStopped {
            let count = poller.wait(milliseconds: patience())
            now = Self.clock()
            date.update(seconds: time(nil))
            for index in 0..<count {
                let ready = poller[index]
                if let handler = handler(ready.token) {
                    handler.ready(ready)
                } else if ready.token == UInt64(UInt32(bitPattern: mailbox.wakeup)) {
                    for job in mailbox.take() { job(self) }
                }
            }
            for _ in 0..<unfinished.count {
                let handler = unfinished.removeFirst()
                if !handler.isClosed { handler.goOn() }
            }
            if now >= nextDeadline { tellDeadlines() }
            if now >= alarms.due { alarms.ring(at: now) }
        }
    }

    func stop() {
        isStopped = true
        for handler in handlers { handler?.stopped() }
    }

    private func patience() -> Int32 {
        if !unfinished.isEmpty { return 0 }
        let next = min(nextDeadline, alarms.due)
        guard next < .max else { return -1 }
        let left = next > now ? next - now : 0
        return Int32(min(60_000, left / 1_000_000 + 1))
    }

    private func tellDeadlines() {
        nextDeadline = .max
        // Those that a deadline makes are looked at too.
        for index in 0..<deadlines.count {
            if deadlines[index] <= now {
                deadlines[index] = .max
                handlers[index]?.deadlinePassed()
            }
            nextDeadline = min(nextDeadline, deadlines[index])
        }
    }
}
