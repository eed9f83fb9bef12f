import Synchronization

/// Where the transactions of one request leave the tags of what they have changed, for the caches in front of the process.
///
/// What stands in front is told with the request's own answer, so a request runs in a scope of its own. Without a scope nothing is noted.
package final class InvalidationScope: Sendable {
    /// The scope of the running task, if any.
    @TaskLocal package static var current: InvalidationScope?

    private let state = Mutex(TagSet(.changed))

    package init() {}

    /// What was changed so far, or may have been.
    package var tags: [String] { state.withLock { $0.listed } }

    func note(_ tag: String) { state.withLock { $0.insert(tag) } }

    /// Runs work in this scope.
    package func run<R>(_ body: () async throws -> R) async rethrows -> R {
        try await Self.$current.withValue(self, operation: body)
    }
}
