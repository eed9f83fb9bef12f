import Logging
import Synchronization

/// Keeps the keys of tokens fresh, on a thread of its own that exists as soon as a route asks for tokens.
final class KeyWatch: Sendable {
    private struct State {
        var sources: [KeySource] = []
        var isRunning = false
    }

    private let state = Mutex(State())
    private let calls = PeriodicCall("edge keys")
    private let fetcher: KeyFetcher
    private let logger: Logger

    init(_ fetcher: KeyFetcher, _ logger: Logger) {
        self.fetcher = fetcher
        self.logger = logger
    }

    /// Watches these from now on, instead of those before.
    func watch(_ sources: [KeySource]) {
        let begins = state.withLock { state in
            state.sources = sources
            defer { state.isRunning = state.isRunning || !sources.isEmpty }
            return !state.isRunning && !sources.isEmpty
        }
        look()
        if begins { calls.begin(every: .seconds(1)) { [weak self] in self?.look() } }
    }

    private func look() {
        for source in state.withLock({ $0.sources }) { source.look(at: Worker.clock(), fetcher, logger) }
    }

    /// Looks no more.
    func end() { calls.end() }
}
