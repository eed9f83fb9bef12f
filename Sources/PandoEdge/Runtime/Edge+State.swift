import PandoTelemetry
import PandoTopology

#if canImport(Glibc)
    import Glibc
#endif

extension Edge {
    /// How it stands.
    package var liveState: EdgeState {
        let now = Worker.clock()
        let durations = EdgeState.Durations(metrics)
        return EdgeState(
            generation: generation,
            processID: Int(getpid()),
            uptimeSeconds: Int((ContinuousClock.now - started).components.seconds),
            isStopping: isStopping,
            listeners: listenerStates,
            upstreams: upstreams.map { EdgeState.Upstream($0, at: now) },
            routes: routeStates(durations),
            gateways: gatewayStates(at: now),
            latencyBoundsMicroseconds: durations.bounds.map { $0 * 1_000_000 },
            rejected: counts(of: "pando_edge_rejected_total", by: "reason"),
            cache: current.cache.map { EdgeState.Cache($0) }
        )
    }

    private var listenerStates: [EdgeState.Listener] {
        let generation = current
        return listenerConnections.map { endpoint, count in
            let index = generation.configuration.listeners.firstIndex { $0.endpoint == endpoint }
            return EdgeState.Listener(
                address: endpoint.description,
                proto: index.map { generation.configuration.listeners[$0].proto.rawValue } ?? "",
                connections: count,
                tls: index.flatMap { generation.tlsContexts[$0] }.map { EdgeState.TLS($0.counters.counts) }
            )
        }
    }

    private func gatewayStates(at now: UInt64) -> [EdgeState.Gateway]? {
        let promising = gatewayPlans.filter { !$0.objectives.isEmpty }
        guard !promising.isEmpty else { return nil }
        return promising.map { gateway in
            EdgeState.Gateway(
                name: gateway.name,
                objectives: gateway.objectives.map { EdgeState.Objective($0, at: now) }
            )
        }
    }

    private func routeStates(_ durations: EdgeState.Durations) -> [EdgeState.Route] {
        let requests = metrics.snapshot(of: "pando_edge_requests_total")?.series ?? []
        let received = metrics.snapshot(of: "pando_edge_received_bytes_total")?.series ?? []
        let sent = metrics.snapshot(of: "pando_edge_sent_bytes_total")?.series ?? []
        return routes.map { route in
            func own(_ series: [SeriesSnapshot]) -> [SeriesSnapshot] {
                series.filter { $0[label: "route"] == route.name && $0[label: "gateway"] == route.gateway ?? "" }
            }
            func sum(_ series: [SeriesSnapshot]) -> Int { own(series).reduce(0) { $0 + Int($1.value.number) } }
            var counts: [String: Int] = [:]
            for one in own(requests) where one.value.number > 0 {
                if let status = one[label: "status"] { counts[status] = Int(one.value.number) }
            }
            let times = own(durations.series).first.flatMap { EdgeState.Durations.histogram($0) }
            func microseconds(_ quantile: Double) -> Int? {
                times?.percentile(quantile).map { Int($0 * 1_000_000) }
            }
            return EdgeState.Route(
                gateway: route.gateway,
                name: route.name,
                requests: counts,
                receivedBytes: sum(received),
                sentBytes: sum(sent),
                p50Microseconds: microseconds(0.5),
                p99Microseconds: microseconds(0.99),
                latencyCounts: times?.counts ?? []
            )
        }
    }

    /// The counts of a metric that are not 0, by one of its labels.
    private func counts(of name: String, by label: String) -> [String: Int] {
        var found: [String: Int] = [:]
        for one in metrics.snapshot(of: name)?.series ?? [] where one.value.number > 0 {
            if let key = one[label: label] { found[key, default: 0] += Int(one.value.number) }
        }
        return found
    }

    /// Sends a server no new requests from now on; what is under way there ends. A reload keeps it so.
    ///
    /// - Returns: False where there is no such server.
    package func drain(server name: String, of upstream: String) -> Bool {
        guard let server = server(name, of: upstream) else { return false }
        server.drain()
        return true
    }

    /// Ends ``drain(server:of:)``.
    ///
    /// - Returns: False where there is no such server.
    package func resume(server name: String, of upstream: String) -> Bool {
        guard let server = server(name, of: upstream) else { return false }
        server.resume()
        return true
    }

    private func server(_ name: String, of upstream: String) -> Server? {
        upstreams.first { $0.name == upstream }?.servers.first { $0.name == name }
    }
}

extension EdgeState {
    /// How long requests took, by route.
    fileprivate struct Durations {
        let series: [SeriesSnapshot]
        /// In seconds.
        let bounds: [Double]

        init(_ metrics: MetricsRegistry) {
            series = metrics.snapshot(of: "pando_edge_request_duration_seconds")?.series ?? []
            bounds = series.first.flatMap { Self.histogram($0)?.bounds } ?? []
        }

        static func histogram(_ series: SeriesSnapshot) -> HistogramSnapshot? {
            if case .histogram(let histogram) = series.value { histogram } else { nil }
        }
    }
}

extension EdgeState.TLS {
    fileprivate init(_ counts: TLSCounters.Counts) {
        let failures = counts.failures.map { ("\($0.key)", $0.value) }
        self.init(
            handshakes: counts.completed,
            resumed: counts.resumed,
            failures: Dictionary(uniqueKeysWithValues: failures)
        )
    }
}

extension EdgeState.Cache {
    fileprivate init(_ cache: HTTPCache) {
        let (counters, use, disk) = (cache.counters, cache.memoryUse, cache.disk?.use)
        self.init(
            hits: counters.hits,
            misses: counters.misses,
            bypassed: counters.bypassed,
            stale: counters.stale,
            revalidated: counters.revalidated,
            coalesced: counters.coalesced,
            savedBytes: counters.bytesSaved,
            stored: counters.stored,
            evictions: counters.evictions,
            invalidations: counters.invalidations,
            entries: use.entries,
            bytes: use.bytes,
            diskFiles: disk?.files,
            diskBytes: disk?.bytes
        )
    }
}

extension EdgeState.Objective {
    fileprivate init(_ meter: ObjectiveMeter, at now: UInt64) {
        let recent = meter.attainment(at: now)
        var bound: UInt64?
        if case .latency(let nanoseconds) = meter.promise { bound = nanoseconds / 1_000 }
        self.init(
            kind: meter.promise.name,
            latencyMicroseconds: bound,
            targetPercent: meter.targetPercent,
            windowSeconds: Int(ObjectiveMeter.windowSeconds),
            requests: recent.requests,
            good: recent.requests - recent.misses,
            attainedPercent: recent.attainedPercent,
            budgetLeftPercent: recent.budgetLeftPercent
        )
    }
}

extension EdgeState.Upstream {
    fileprivate init(_ upstream: Upstream, at now: UInt64) {
        self.init(
            name: upstream.name,
            isPanic: upstream.isPanic,
            active: upstream.active,
            pending: upstream.pending,
            connections: upstream.connections,
            servers: upstream.servers.map { server in
                EdgeState.Server(
                    name: server.name,
                    health: "\(server.health(at: now))",
                    isDraining: server.isDraining,
                    active: server.active,
                    connections: server.connections,
                    requests: server.requests,
                    failures: server.failures,
                    latencyMicroseconds: upstream.latency(of: server, at: now) / 1_000
                )
            }
        )
    }
}
