import ServiceLifecycle
import ServiceLifecycleTestKit

/// Stops what it runs gracefully, when told.
final class StopTrigger: Sendable {
    private let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))

    func stop() { continuation.yield() }

    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in self.stream { return trigger.triggerGracefulShutdown() }
                }
                try await body()
                group.cancelAll()
            }
        }
    }
}
