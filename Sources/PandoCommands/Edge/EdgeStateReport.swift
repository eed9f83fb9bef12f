import PandoEdge

/// An edge as it stands, in tables.
struct EdgeStateReport: Encodable, CustomStringConvertible {
    let state: EdgeState

    func encode(to encoder: any Encoder) throws { try state.encode(to: encoder) }

    var description: String {
        ([about] + [listeners, routes].map(\.text) + [objectives, servers.text, cache].compactMap(\.self)).joined(
            separator: "\n\n"
        )
    }

    private var about: String {
        let phase = state.isStopping ? "stopping" : "serving"
        return "process \(state.processID), \(phase), up \(state.uptimeSeconds) s, generation \(state.generation)"
    }

    private var listeners: TextTable {
        var table = TextTable(["LISTENER", "PROTOCOL", "OPEN", "HANDSHAKES"], rightAligned: [2, 3])
        for one in state.listeners {
            table.add([one.address, one.proto, "\(one.connections)", one.tls.map { "\($0.handshakes)" } ?? "-"])
        }
        return table
    }

    private var routes: TextTable {
        var table = TextTable(["ROUTE", "REQUESTS", "4XX", "5XX", "P50", "P99"], rightAligned: [1, 2, 3, 4, 5])
        for one in state.routes {
            let all = one.requests.values.reduce(0, +)
            let errors = ["4xx", "5xx"].map { "\(one.requests[$0] ?? 0)" }
            let times = [one.p50Microseconds, one.p99Microseconds].map { $0.map { Self.time($0) } ?? "-" }
            table.add([[one.gateway, one.name].compactMap(\.self).joined(separator: " "), "\(all)"] + errors + times)
        }
        return table
    }

    private var objectives: String? {
        guard let gateways = state.gateways else { return nil }
        var table = TextTable(
            ["OBJECTIVE", "TARGET", "LAST HOUR", "BUDGET LEFT", "REQUESTS"],
            rightAligned: [1, 2, 3, 4]
        )
        for gateway in gateways {
            for one in gateway.objectives {
                let bound = one.latencyMicroseconds.map { " within \(Self.time(Int($0)))" } ?? ""
                let attained = one.attainedPercent.map(Self.percent) ?? "-"
                table.add(
                    ["\(gateway.name) \(one.kind)\(bound)", Self.percent(one.targetPercent), attained]
                        + ["\(Int(one.budgetLeftPercent.rounded(.down))) %", "\(one.requests)"]
                )
            }
        }
        return table.text
    }

    /// Rounded down: what was missed is not to look as if it was met.
    private static func percent(_ value: Double) -> String { "\((value * 1000).rounded(.down) / 1000) %" }

    private var servers: TextTable {
        let numbers = ["REQUESTS", "FAILURES", "LATENCY", "ACTIVE", "CONNECTIONS"]
        var table = TextTable(["UPSTREAM", "SERVER", "HEALTH"] + numbers, rightAligned: [3, 4, 5, 6, 7])
        for upstream in state.upstreams {
            for one in upstream.servers {
                let latency = one.latencyMicroseconds == 0 ? "-" : Self.time(Int(one.latencyMicroseconds))
                let health = one.isDraining ? "draining" : one.health
                table.add(
                    [upstream.name, one.name, health, "\(one.requests)", "\(one.failures)", latency, "\(one.active)"]
                        + ["\(one.connections)"]
                )
            }
        }
        return table
    }

    private var cache: String? {
        state.cache.map { cache in
            let asked = cache.hits + cache.misses
            let ratio = asked == 0 ? "-" : "\(cache.hits * 100 / asked) %"
            return
                "cache: \(ratio) hits (\(cache.hits) of \(asked)), \(cache.savedBytes) bytes saved, \(cache.entries) responses in memory"
        }
    }

    private static func time(_ microseconds: Int) -> String {
        if microseconds < 1_000 { return "\(microseconds) µs" }
        return microseconds < 1_000_000 ? "\(microseconds / 1_000) ms" : "\(microseconds / 1_000_000) s"
    }
}
