internal import Synchronization

/// How handshakes came out, counted by all workers.
///
/// A lock is no cost here: it is held for an addition, once a handshake, which takes some hundred microseconds.
package final class TLSCounters: Sendable {
    /// The counts at one moment.
    package struct Counts: Sendable, Equatable {
        /// Handshakes that were completed, the resumed ones among them.
        package var completed = 0
        package var resumed = 0
        /// Sessions that failed, by why; in the handshake or later.
        package var failures: [TLSFailure: Int] = [:]
    }

    private let state = Mutex(Counts())

    package init() {}

    /// The counts now.
    package var counts: Counts { state.withLock { $0 } }

    func completed(resumed: Bool) {
        state.withLock { counts in
            counts.completed += 1
            if resumed { counts.resumed += 1 }
        }
    }

    func failed(_ failure: TLSFailure) { state.withLock { $0.failures[failure, default: 0] += 1 } }
}
