package import Logging
package import PandoTelemetry
import PandoTopology
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A running edge: its listening sockets, and the workers that serve them.
///
/// ``reload(_:)`` and ``stop()`` may be called from any thread, one after the other.
package final class Edge: Sendable {
    private struct State {
        var generation: Generation
        var sockets: [ListeningSocket]
        var admin: AdminServer?
        var isStopped = false
        /// Whether another process goes on with the sockets.
        var isHandedOver = false
    }

    private let workers: [Worker.Mailbox]
    private let accessLog: AccessLog
    private let counts: EdgeMetrics
    private let logger: Logger
    private let resolver: NameResolver
    /// Where its configuration is from; nil where it was made in code.
    private let file: String?
    let started = ContinuousClock.now
    private let names = PeriodicCall("edge names")
    private let keys: KeyWatch
    /// Tells the other cache nodes of purges.
    let purgeRelay: PurgeRelay
    /// Held while another generation takes the place of the one in force; taken before ``state``.
    private let changing = Mutex(())
    private let state: Mutex<State>
    private let isChangeRefused = Atomic<Bool>(false)

    /// Listens, and serves on threads of its own until ``stop()``.
    ///
    /// - Throws: ``EdgeConfigurationError`` with what cannot be done, or listened at.
    ///
    /// - Parameters:
    ///   - metrics: Gets what is counted.
    ///   - logger: Is told of servers that go down and come up.
    ///   - resolver: Knows what the names of servers mean; it is asked again each `nameInterval`.
    ///   - nameInterval: A minute.
    ///   - fetcher: Asks for the keys of tokens.
    ///   - file: What ``reloadFile()`` reads.
    ///   - inherited: Sockets of the process whose place this one takes.
    package init(
        _ configuration: EdgeConfiguration,
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger = Logger(label: "pando.edge"),
        resolver: NameResolver = .system,
        nameInterval: Duration = .seconds(60),
        fetcher: KeyFetcher = .https(),
        file: String? = nil,
        inherited: InheritedSockets = .none
    ) throws(EdgeConfigurationError) {
        signal(SIGPIPE, SIG_IGN)
        let counts = EdgeMetrics(metrics)
        let generation = try Generation(configuration, adopting: nil, counts, resolver, at: Worker.clock())
        let count = configuration.workers ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let sockets = try ListeningSocket.open(configuration.listeners, keeping: [], inherited)
        var admin: AdminServer?
        let accessLog: AccessLog
        do throws(EdgeIssue) {
            admin = try AdminServer.open(configuration.admin, AdminAccess(configuration.admin), inherited)
            accessLog = try AccessLog(configuration.accessLog, lanes: count)
        } catch {
            for socket in sockets { close(socket.descriptor) }
            admin?.discard()
            throw EdgeConfigurationError([error])
        }
        var workers: [Worker.Mailbox] = []
        do throws(SystemError) {
            for _ in 0..<count { workers.append(try Worker.launch()) }
        } catch {
            for socket in sockets { close(socket.descriptor) }
            for worker in workers { worker.post { $0.stop() } }
            accessLog.close()
            admin?.discard()
            throw EdgeConfigurationError([EdgeIssue(.error, "workers", "no worker can be made: \(error)", "use fewer")])
        }
        self.workers = workers
        self.accessLog = accessLog
        self.counts = counts
        self.logger = logger
        purgeRelay = PurgeRelay(logger)
        self.resolver = resolver
        keys = KeyWatch(fetcher, logger)
        self.file = file
        state = Mutex(State(generation: generation, sockets: sockets, admin: admin))
        publish(generation, sockets)
        keys.watch(generation.keys)
        purgeRelay.change(to: configuration)
        purgeRelay.collectMetrics(into: metrics)
        collectMetrics(in: metrics)
        generation.cache?.collectMetrics(into: metrics)
        if let admin { serve(admin) }
        names.begin(every: nameInterval) { [weak self] in self?.lookUpNames() }
    }

    /// What it counts.
    package var metrics: MetricsRegistry { counts.registry }

    /// Where it listens, in the order of the listeners.
    package var addresses: [SocketAddress] {
        state.withLock { $0.sockets.compactMap { Socket.localAddress($0.descriptor) } }
    }

    /// The configuration in force.
    package var configuration: EdgeConfiguration { state.withLock { $0.generation.configuration } }

    /// Where its admin interface is; nil where it has none.
    package var adminAddress: SocketAddress? { state.withLock(\.admin)?.address }

    /// Whether it takes no more connections, and ends.
    var isStopping: Bool { state.withLock(\.isStopped) }

    /// What it serves by.
    var current: Generation { state.withLock { $0.generation } }

    /// How often a configuration was taken, or other addresses of its servers.
    package var generation: Int { state.withLock { $0.generation.number } }

    /// Serves by another configuration from the next request on. Connections stay; sockets of listeners that stay are not closed.
    ///
    /// - Throws: ``EdgeConfigurationError``: nothing has changed then.
    package func reload(_ configuration: EdgeConfiguration) throws(EdgeConfigurationError) {
        try changing.withLock { _ throws(EdgeConfigurationError) in try take(configuration) }
    }

    /// Reads its file again, and serves by it as ``reload(_:)`` does. Blocks.
    ///
    /// - Returns: What is risky about it.
    /// - Throws: ``EdgeConfigurationError``: nothing has changed then.
    package func reloadFile() throws(EdgeConfigurationError) -> [EdgeIssue] {
        guard let file else {
            let problem = "this edge was configured without a file"
            throw EdgeConfigurationError([EdgeIssue(.error, "", problem, "start it with 'pando edge --config FILE'")])
        }
        let checked = try EdgeConfiguration.load(path: file)
        try reload(checked.configuration)
        return checked.warnings
    }

    private func take(_ configuration: EdgeConfiguration) throws(EdgeConfigurationError) {
        let old = state.withLock { $0 }
        let generation = try Generation(configuration, adopting: old.generation, counts, resolver, at: Worker.clock())
        let sockets = try ListeningSocket.open(configuration.listeners, keeping: old.sockets)
        let isNew = { (socket: ListeningSocket) in !old.sockets.contains { $0.descriptor == socket.descriptor } }
        let (access, admin): (AdminAccess?, AdminServer?)
        do throws(EdgeIssue) {
            access = try AdminAccess(configuration.admin)
            admin = try AdminServer.open(configuration.admin, access, keeping: old.admin)
        } catch {
            for socket in sockets where isNew(socket) { close(socket.descriptor) }
            throw EdgeConfigurationError([error])
        }
        do throws(EdgeIssue) {
            // The same file too: whoever rotates it has moved it away.
            try accessLog.reopen(configuration.accessLog)
            try commit(State(generation: generation, sockets: sockets, admin: admin))
        } catch {
            for socket in sockets where isNew(socket) { close(socket.descriptor) }
            if admin !== old.admin { admin?.discard() }
            throw EdgeConfigurationError([error])
        }
        publish(generation, sockets)
        keys.watch(generation.keys)
        if old.generation.cache == nil { generation.cache?.collectMetrics(into: metrics) }
        purgeRelay.change(to: configuration)
        for socket in old.sockets where !sockets.contains(where: { $0.descriptor == socket.descriptor }) {
            end(socket)
        }
        if let access { admin?.change(to: access) }
        guard admin !== old.admin else { return }
        old.admin?.stop()
        if let admin { serve(admin) }
    }

    /// Puts another state in force, if the edge has not been stopped in the meantime.
    private func commit(_ new: State) throws(EdgeIssue) {
        let isTaken = state.withLock { state in
            if state.isStopped || state.isHandedOver { return false }
            state = new
            return true
        }
        if !isTaken { throw EdgeIssue(.error, "", "the edge is stopping", "start it again") }
    }

    /// Looks the names of servers up again, and serves by the addresses that they have now. Connections that are under way end where
    /// they are. Blocks.
    private func lookUpNames() {
        changing.withLock { _ in
            let old = state.withLock { $0 }
            let hasNames = old.generation.configuration.upstreamsWithNodes.flatMap(\.servers).contains {
                $0.endpoint.isName
            }
            guard hasNames, !old.isStopped else { return }
            let configuration = old.generation.configuration
            do throws(EdgeConfigurationError) {
                let now = Worker.clock()
                let new = try Generation(configuration, adopting: old.generation, counts, resolver, at: now)
                guard new.upstreams.map(\.addresses) != old.generation.upstreams.map(\.addresses) else { return }
                // With the lock held: who stops the edge takes the sockets back after this, or before it.
                state.withLock { state in
                    guard !state.isStopped else { return }
                    state.generation = new
                    publish(new, state.sockets)
                }
                logger.info("servers have other addresses", metadata: ["edge.generation": "\(new.number)"])
            } catch {
                logger.warning("servers keep their addresses", metadata: ["edge.reason": "\(error)"])
            }
        }
    }

    private func publish(_ generation: Generation, _ sockets: [ListeningSocket]) {
        let listeners = zip(generation.configuration.listeners, sockets).map { ($0, $1) }
        let settings = generation.configuration.accessLog
        for (index, worker) in workers.enumerated() {
            let lane = accessLog.lanes[index]
            worker.post { [counts, logger, purgeRelay] worker in
                worker.purgeRelay = purgeRelay
                worker.change(to: generation)
                worker.accessLog = settings.format == .off ? nil : AccessLogger(settings, lane)
                if worker.meters == nil { worker.meters = WorkerMeters(counts) }
                if index == 0 { worker.probe(generation, logger) }
                for (listener, socket) in listeners {
                    worker.serve(listener, generation, socket.descriptor, socket.places)
                }
            }
        }
    }

    /// Closes a listening socket when all workers have forgotten it.
    private func end(_ socket: ListeningSocket) {
        let last = LastOne(workers.count) { close(socket.descriptor) }
        for worker in workers {
            worker.post { worker in
                worker.unlisten(socket.descriptor)
                last.done()
            }
        }
        if case .unix(let path) = socket.endpoint, !state.withLock(\.isHandedOver) { unlink(path) }
    }

    // MARK: Handover

    /// How long an idle connection may go on to its next request, which ends it, when another process takes over: a request may be on
    /// its way already.
    private static let idleGrace = Duration.seconds(2)

    /// Whether another process is about to take over, which would not know of changes.
    var refusesChanges: Bool { isChangeRefused.load(ordering: .relaxed) }

    /// Does something while the edge stays as it is.
    func withoutChanges<R>(_ body: () throws(HandoverError) -> R) throws(HandoverError) -> R {
        try changing.withLock { _ throws(HandoverError) in
            isChangeRefused.store(true, ordering: .relaxed)
            defer { isChangeRefused.store(false, ordering: .relaxed) }
            return try body()
        }
    }

    /// The sockets that it listens at, by what the configuration calls their addresses; nil when it has been stopped.
    var openSockets: [String: Int32]? {
        state.withLock { state in
            if state.isStopped { return nil }
            var found = state.sockets.map { ($0.endpoint.description, $0.descriptor) }
            if let admin = state.admin { found.append((admin.endpoint.description, admin.descriptor)) }
            return Dictionary(found, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Another process has them now. It answers for the edge from here on, too.
    func handedOver() {
        let admin = state.withLock { state in
            defer { (state.admin, state.isHandedOver) = (nil, true) }
            return state.admin
        }
        admin?.stop(removingFile: false)
    }

    // MARK: End

    /// Takes no more connections, lets requests that are under way end for as long as the configuration says, and stops.
    package func stop() async {
        let (sockets, limit, isHandedOver) = state.withLock { state in
            defer { (state.sockets, state.isStopped) = ([], true) }
            return (state.sockets, state.generation.configuration.drainTimeout, state.isHandedOver)
        }
        names.end()
        keys.end()
        let idle = isHandedOver ? min(limit, Self.idleGrace).wholeNanoseconds : 0
        for worker in workers { worker.post { $0.idleGrace = idle } }
        purgeRelay.stop()
        for socket in sockets { end(socket) }
        for worker in workers { worker.post { $0.drain() } }
        let end = ContinuousClock.now + limit
        while sockets.contains(where: { $0.places.count > 0 }), ContinuousClock.now < end {
            do { try await Task.sleep(for: .milliseconds(20)) } catch { break }  // cancelled: at once
        }
        state.withLock { state in
            defer { state.admin = nil }
            return state.admin
        }?.stop()
        // What workers have to say of requests they say before they end.
        let last = LastOne(workers.count) { [accessLog] in accessLog.close() }
        for worker in workers {
            worker.post { worker in
                worker.stop()
                last.done()
            }
        }
        let latest = ContinuousClock.now + .seconds(2)
        while !accessLog.hasEnded, ContinuousClock.now < latest {
            do { try await Task.sleep(for: .milliseconds(5)) } catch { break }  // cancelled: at once
        }
    }
}

extension Edge {
    /// The connections of each listener.
    var listenerConnections: [(endpoint: EdgeConfiguration.Endpoint, count: Int)] {
        state.withLock { $0.sockets.map { ($0.endpoint, $0.places.count) } }
    }

    /// The routes in force, in the order in which they are looked at.
    var routes: [RoutePlan] { state.withLock { $0.generation.routes } }

    /// The gateways in force.
    var gatewayPlans: [GatewayPlan] { state.withLock { $0.generation.gateways } }

    /// The upstreams in force.
    var upstreams: [Upstream] { state.withLock { $0.generation.upstreams.map(\.upstream) } }

    /// Lines of the access log that were lost.
    var droppedLogLines: Int { accessLog.droppedLines }
}
