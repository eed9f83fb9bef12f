import Foundation
import UnixSignals

/// Ctrl-C and SIGTERM: the first asks to stop, the second forces.
enum Interruption {
    /// Runs `body`; the first signal calls `stop`, a second one ends the process with status 130.
    ///
    /// - Parameter stop: asks `body` to come to its end; it is called at most once.
    static func watch<R: Sendable>(
        _ console: Console,
        _ doing: String,
        stop: @escaping @Sendable () async -> Void,
        _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        // The handlers are in place before anything starts.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var received = 0
                for await _ in signals {
                    received += 1
                    guard received == 1 else {
                        console.note("forced")
                        exit(CommandStatus.interrupted.rawValue)
                    }
                    console.note("\(doing); Ctrl-C again to force it")
                    await stop()
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Runs `body`; the first signal cancels its task, a second one ends the process with status 130.
    static func cancelling<R: Sendable>(
        _ console: Console,
        _ doing: String,
        _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        let (stopped, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return try await watch(console, doing, stop: { continuation.finish() }) {
            try await withThrowingTaskGroup(of: R?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    for await _ in stopped {}
                    return nil
                }
                // The first to end is the body, or the wait for the signal: then the body ends by being cancelled.
                for try await result in group {
                    group.cancelAll()
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
    }
}
