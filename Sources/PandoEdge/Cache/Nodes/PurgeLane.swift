import DequeModule
import Dispatch
import Foundation
import Logging
import PandoTopology
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The purges that one other node has still to be told of, in their order, by a thread that is there while there are any.
///
/// A node that cannot be reached is tried again, less and less often. What it misses is bounded: too many purges, or those of too long a
/// time, become one of everything, which it is told once it is back. So it never gives out what was purged while it was away.
final class PurgeLane: Sendable {
    private struct State: Sendable {
        var waiting: Deque<CachePurge> = []
        var isRunning = false
        var isStopped = false
    }

    let node: Address
    private let own: String
    private let token: [UInt8]
    private let counts: PurgeCounts
    private let logger: Logger
    private let ending = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    /// The most purges that wait.
    static let maximumWaiting = 256
    /// Attempts after which all that waits becomes one.
    private static let patience = 8

    init(to node: Address, as own: String, _ token: [UInt8], _ counts: PurgeCounts, _ logger: Logger) {
        self.node = node
        self.own = own
        self.token = token
        self.counts = counts
        self.logger = logger
    }

    /// Whether it says the same to the same node.
    func isSame(_ node: Address, _ own: String, _ token: [UInt8]) -> Bool {
        self.node == node && self.own == own && self.token == token
    }

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Has the node told of a purge.
    func add(_ purge: CachePurge) {
        let isFirst = state.withLock { state in
            guard !state.isStopped else { return false }
            if state.waiting.count >= Self.maximumWaiting { state.waiting = [.everything] }
            state.waiting.append(purge)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { return }
        let thread = Thread { [self] in run() }
        thread.name = "edge purges"
        thread.start()
    }

    /// Tells the node nothing more.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.waiting.removeAll()
        }
        ending.signal()
    }

    // MARK: The thread

    private func run() {
        var failures = 0
        while let purge = next() {
            if PurgeRequest.send(purge, to: node, as: own, token) {
                if failures > 0 { logger.info("a cache node hears of purges again", metadata: metadata) }
                failures = 0
                counts.sent.add(1, ordering: .relaxed)
                remove(purge)
                continue
            }
            failures += 1
            counts.failed.add(1, ordering: .relaxed)
            if failures == 1 { logger.warning("a cache node does not hear of a purge", metadata: metadata) }
            if failures == Self.patience { state.withLock { $0.waiting = [.everything] } }
            let pause = min(30_000, 50 << min(failures, 10))
            if ending.wait(timeout: .now() + .milliseconds(pause)) == .success { return }
        }
    }

    private var metadata: Logger.Metadata { ["edge.node": "\(node)"] }

    private func next() -> CachePurge? {
        state.withLock { state in
            if state.waiting.isEmpty { state.isRunning = false }
            return state.waiting.first
        }
    }

    /// It may have become a part of one of everything meanwhile.
    private func remove(_ purge: CachePurge) {
        state.withLock { state in
            if state.waiting.first == purge { state.waiting.removeFirst() }
        }
    }
}

/// What became of purges on their way to other nodes.
final class PurgeCounts: Sendable {
    let sent = Atomic<Int>(0)
    let failed = Atomic<Int>(0)
}
