import CEpoll
import Logging
import PandoTopology

#if canImport(Glibc)
    import Glibc
#endif

/// Probes the servers of a generation, each when its time has come, on the thread of one worker.
///
/// A probe is one more socket among those of the worker, so that servers that hang cost no thread. The socket of the prober itself
/// is never ready: it is there for the worker's deadlines.
final class HealthProber: SocketHandler {
    /// What is probed: a server, or an address that speaks for all servers of an upstream.
    final class Target {
        let upstream: Upstream
        let servers: [Server]
        let address: SocketAddress
        let check: EdgeConfiguration.HealthCheck
        /// The whole request; empty where an open connection is enough.
        let request: String
        /// The header that begins the connections of a probe; nothing where the probe goes elsewhere than requests do.
        let introduction: EdgeConfiguration.ProxyProtocol
        fileprivate var due: UInt64 = 0
        fileprivate var isRunning = false

        fileprivate init(
            _ upstream: Upstream,
            _ servers: [Server],
            _ address: SocketAddress,
            host: String,
            _ check: EdgeConfiguration.HealthCheck,
            _ introduction: EdgeConfiguration.ProxyProtocol = .off
        ) {
            self.upstream = upstream
            self.servers = servers
            self.address = address
            self.check = check
            self.introduction = introduction
            request =
                check.path.map { path in
                    "GET \(path) HTTP/1.1\r\nHost: \(check.host ?? host)\r\nUser-Agent: pando-edge-probe\r\n"
                        + "Accept: */*\r\nConnection: close\r\n\r\n"
                } ?? ""
        }

        /// Whether it is the same as one of an older generation.
        fileprivate func isLike(_ other: Target) -> Bool {
            upstream.name == other.upstream.name && address == other.address && check == other.check
                && introduction == other.introduction
                && servers.map(\.name) == other.servers.map(\.name)
        }
    }

    private let logger: Logger
    private var targets: [Target] = []
    /// The first probes begin within this time, each at its own, so that servers do not get them all at once.
    private static let spread: UInt64 = 100_000_000

    init(on worker: Worker, logger: Logger) throws(SystemError) {
        self.logger = logger
        let descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        super.init(descriptor, on: worker)
        guard worker.add(self) else {
            defer { closeSocket() }
            throw SystemError(code: errno)
        }
    }

    /// Probes the servers of another generation from now on; what stays is probed when it would have been.
    func change(to generation: Generation) {
        var found: [Target] = []
        for (configured, plan) in zip(generation.configuration.upstreams, generation.upstreams) {
            guard let check = configured.health else { continue }
            found += Self.targets(configured, plan, check)
        }
        for target in found {
            let old = targets.first { $0.isLike(target) }
            target.due = old?.due ?? worker.now + worker.random.next() % Self.spread
        }
        targets = found
        schedule()
    }

    private static func targets(
        _ configured: EdgeConfiguration.Upstream,
        _ plan: UpstreamPlan,
        _ check: EdgeConfiguration.HealthCheck
    ) -> [Target] {
        let servers = plan.upstream.servers
        if let endpoint = check.endpoint, let address = plan.probeAddress {
            return [Target(plan.upstream, servers, address, host: endpoint.host, check)]
        }
        return zip(servers, configured.servers).map { server, settings in
            let address = plan.addresses[server.index]
            let probed =
                (settings.healthPort ?? check.port).flatMap { SocketAddress(host: address.host, port: $0) } ?? address
            let introduction = probed == address ? plan.proxyProtocol : .off
            return Target(plan.upstream, [server], probed, host: settings.endpoint.host, check, introduction)
        }
    }

    override func deadlinePassed() {
        for target in targets where target.due <= worker.now {
            let interval = Double(target.check.interval.wholeNanoseconds)
            target.due = worker.now + UInt64(interval * (0.9 + 0.2 * worker.random.unit()))
            guard !target.isRunning else { continue }
            target.isRunning = true
            HealthProbe.begin(target, for: self)
        }
        schedule()
    }

    private func schedule() {
        worker.setDeadline(targets.reduce(UInt64.max) { min($0, $1.due) }, for: self)
    }

    /// A probe has ended.
    ///
    /// - Parameter failure: What was wrong; nil where all was well.
    func ended(_ target: Target, _ failure: String?) {
        target.isRunning = false
        for server in target.servers
        where target.upstream.probed(server, passed: failure == nil, at: worker.now) {
            // Seldom enough to be written from here.
            let metadata: Logger.Metadata = [
                "edge.upstream": "\(target.upstream.name)", "edge.server": "\(server.name)",
            ]
            if let failure {
                logger.warning(
                    "server is down by its probes",
                    metadata: metadata.merging(["edge.reason": "\(failure)"]) { $1 }
                )
            } else {
                logger.info("server is up by its probes", metadata: metadata)
            }
        }
    }
}

extension EdgeConfiguration.Endpoint {
    /// What Host says to it.
    fileprivate var host: String {
        switch self {
        case .tcp(let address): address.description
        case .unix: "localhost"
        }
    }
}

extension Worker {
    /// Probes the servers of a generation from now on.
    func probe(_ generation: Generation, _ logger: Logger) {
        if prober == nil, generation.configuration.upstreams.contains(where: { $0.health != nil }) {
            do throws(SystemError) {
                prober = try HealthProber(on: self, logger: logger)
            } catch {
                logger.error("servers cannot be probed", metadata: ["edge.reason": "\(error)"])
            }
        }
        prober?.change(to: generation)
    }
}
