import Logging
import PandoTopology
import Synchronization

/// Where keys come from, and those that it had last. Outlives reloads of the configuration.
final class KeySource: Sendable {
    private struct State {
        var keys: KeySet?
        /// Counts up with each other set.
        var number = 0
        /// What the set was read from.
        var bytes: [UInt8] = []
        var stamp: LocalFile.Stamp?
        /// When the URL is asked next, and when it was last.
        var due: UInt64 = 0
        var asked: UInt64 = 0
        var isAsking = false
    }

    let place: EdgeConfiguration.JWT.Keys
    private let interval: UInt64
    private let state = Mutex(State())

    /// A URL that fails is asked again after this, and one whose keys miss one not more often.
    private static let pause: UInt64 = 15_000_000_000

    /// Reads a file at once; a URL is asked by ``look(at:_:_:)``.
    init(_ place: EdgeConfiguration.JWT.Keys, every interval: Duration, _ keyPath: String) throws(EdgeIssue) {
        self.place = place
        self.interval = interval.wholeNanoseconds
        guard case .file(let path) = place else { return }
        do throws(KeySetFault) {
            try readFile(path)
        } catch {
            throw EdgeIssue(.error, keyPath, "no keys in \(path): \(error.problem)", "name a JWKS (RFC 7517)")
        }
    }

    /// The keys, and the number of their set; nil as long as a URL has not answered.
    var current: (keys: KeySet?, number: Int) { state.withLock { ($0.keys, $0.number) } }

    /// A token came with a key that is not in the set: it may be new.
    func misses() {
        state.withLock { state in
            if state.asked > 0 { state.due = min(state.due, state.asked + Self.pause) }
        }
    }

    /// Reads a file that has changed, asks a URL whose time has come. What cannot be read leaves the keys as they are. Blocks.
    func look(at now: UInt64, _ fetcher: KeyFetcher, _ logger: Logger) {
        switch place {
        case .file(let path):
            guard LocalFile.Stamp(path) != state.withLock({ $0.stamp }) else { return }
            do throws(KeySetFault) {
                try readFile(path)
                logger.info("keys of tokens were read again", metadata: ["edge.keys": "\(path)"])
            } catch {
                logger.warning("keys of tokens stay as they were", metadata: metadata(path, error))
            }
        case .url(let url):
            let isDue = state.withLock { state in
                guard !state.isAsking, now >= state.due else { return false }
                (state.isAsking, state.asked) = (true, now)
                return true
            }
            // Nobody waits for it: it ends within the time that the fetcher takes, and only changes this source.
            if isDue { Task { await ask(url, fetcher, logger) } }
        }
    }

    private func metadata(_ place: String, _ reason: any Error) -> Logger.Metadata {
        ["edge.keys": "\(place)", "edge.reason": "\((reason as? KeySetFault)?.problem ?? "\(reason)")"]
    }

    private func readFile(_ path: String) throws(KeySetFault) {
        let stamp = LocalFile.Stamp(path)
        // A file that cannot be used is not read again before it has changed.
        state.withLock { $0.stamp = stamp }
        guard let bytes = LocalFile(path).contents() else { throw KeySetFault("it cannot be read") }
        take(try KeySet(reading: bytes, takesSecrets: true), bytes)
    }

    /// The same set once more leaves tokens that it has verified verified.
    private func take(_ keys: KeySet, _ bytes: [UInt8]) {
        state.withLock { state in
            guard state.bytes != bytes else { return }
            (state.keys, state.bytes) = (keys, bytes)
            state.number += 1
        }
    }

    private func ask(_ url: String, _ fetcher: KeyFetcher, _ logger: Logger) async {
        let wait: UInt64
        do {
            let bytes = try await fetcher.fetch(url)
            take(try KeySet(reading: bytes, takesSecrets: false), bytes)
            wait = interval
        } catch {
            logger.warning("keys of tokens stay as they were", metadata: metadata(url, error))
            wait = min(interval, Self.pause)
        }
        state.withLock { state in
            state.isAsking = false
            state.due = state.asked + wait
        }
    }
}

extension KeySource {
    /// Those of all routes, each place once, as they were before.
    static func all(
        of configuration: EdgeConfiguration,
        adopting previous: [KeySource],
        _ issues: inout [EdgeIssue]
    ) -> [KeySource] {
        var sources: [KeySource] = []
        for placed in configuration.allRoutes {
            guard let jwt = placed.route.jwt, !sources.contains(where: { $0.place == jwt.keys }) else { continue }
            let interval =
                configuration.allRoutes.compactMap(\.route.jwt).filter { $0.keys == jwt.keys }
                .map(\.refresh).min() ?? jwt.refresh
            if let kept = previous.first(where: { $0.place == jwt.keys && $0.interval == interval.wholeNanoseconds }) {
                sources.append(kept)
                continue
            }
            do throws(EdgeIssue) {
                let keyPath = "\(placed.keyPath).authentication.jwt.keys"
                sources.append(try KeySource(jwt.keys, every: interval, keyPath))
            } catch {
                issues.append(error)
            }
        }
        return sources
    }
}
