import Foundation

@testable import PandoEdge

let millisecond: UInt64 = 1_000_000
let second: UInt64 = 1_000_000_000
/// A time at which tests begin: not 0, which means never in places.
let start: UInt64 = 1000 * second

/// Servers with addresses of their own.
func serverSettings(_ count: Int, change: (Int, inout Server.Settings) -> Void = { _, _ in }) -> [Server.Settings] {
    (0..<count).map { index in
        var settings = Server.Settings(.host("10.0.0.\(index)", port: 8080))
        change(index, &settings)
        return settings
    }
}

/// An upstream that starts when the tests do.
func upstream(
    _ servers: [Server.Settings],
    _ settings: Upstream.Settings = Upstream.Settings(),
    adopting previous: Upstream? = nil,
    at now: UInt64 = start
) -> Upstream {
    Upstream(name: "web", servers: servers, settings: settings, adopting: previous, at: now)
}

extension Pick {
    /// The index of the server that was picked.
    var index: Int? {
        if case .server(let server) = self { server.index } else { nil }
    }

    /// Why there is none.
    var refusal: String {
        switch self {
        case .server(let server): "server \(server.index)"
        case .down: "down"
        case .full: "full"
        case .tried: "tried"
        case .limited: "limited"
        }
    }
}

extension Upstream {
    /// How many of so many requests each server gets, where each has ended before the next comes.
    func shares(
        of count: Int,
        at now: UInt64 = start,
        seed: UInt64 = 1,
        latency: UInt64 = millisecond,
        hash: ((Int) -> UInt64)? = nil
    ) -> [Int] {
        var random = WorkerRandom(seed: seed)
        var counts = Array(repeating: 0, count: servers.count)
        for number in 0..<count {
            guard case .server(let server) = pick(at: now, hash: hash?(number), using: &random) else { continue }
            counts[server.index] += 1
            finished(server, .good, latency: latency, at: now)
        }
        return counts
    }

    /// Sends a server some requests that end in a certain way, without picking it.
    func feed(_ index: Int, _ count: Int, _ outcome: ServerOutcome, latency: UInt64 = millisecond, at now: UInt64) {
        for _ in 0..<count {
            _ = shared.active.enter(atMost: .max)
            _ = servers[index].state.places.enter(atMost: .max)
            finished(servers[index], outcome, latency: latency, at: now)
        }
    }
}

/// Runs work on threads of its own, and waits for all of them.
func onThreads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for index in 0..<count {
        group.enter()
        let thread = Thread {
            work(index)
            group.leave()
        }
        thread.start()
    }
    group.wait()
}
