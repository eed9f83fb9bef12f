import PandoDatabase
import Synchronization

/// Acknowledges the deliveries of one consumer: those that end while others are being written share the next transaction.
final class Acknowledgements: Sendable {
    /// What one that waits comes to know.
    private enum Turn {
        /// Written by another; false where the lease was lost.
        case settled(Result<Bool, any Error>)
        /// To write its own and those of others.
        case write(with: [Waiting])
    }

    private struct Waiting: Sendable {
        let message: StoredMessage
        let turn: CheckedContinuation<Turn, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isWriting = false
    }

    private let context: GroupContext
    private let state = Mutex(State())

    init(context: GroupContext) {
        self.context = context
    }

    /// Ends a lease for good, durably; false where it was lost. Done also by a task that is cancelled.
    ///
    /// - Throws: `DatabaseError`, after which it may have happened.
    func acknowledge(_ message: StoredMessage) async throws -> Bool {
        switch await turn(of: message) {
        case .settled(let result): return try result.get()
        case .write(let others):
            let result = await write([message] + others.map(\.message))
            for (index, other) in others.enumerated() {
                other.turn.resume(returning: .settled(result.map { $0[index + 1] }))
            }
            passOn()
            return try result.get()[0]
        }
    }

    private func turn(of message: StoredMessage) async -> Turn {
        await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                defer { state.isWriting = true }
                if state.isWriting { state.waiting.append(Waiting(message: message, turn: continuation)) }
                return !state.isWriting
            }
            if isFirst { continuation.resume(returning: .write(with: [])) }
        }
    }

    /// Lets the first of those that wait write for all of them.
    private func passOn() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isWriting = !state.waiting.isEmpty
            return state.waiting
        }
        waiting.first?.turn.resume(returning: .write(with: Array(waiting.dropFirst())))
    }

    /// For each whether the lease was still held.
    private func write(_ messages: [StoredMessage]) async -> Result<[Bool], any Error> {
        // Awaited right here, and one transaction long: a task of its own, since a cancelled one cannot write.
        await Task {
            try await context.database.write(isolation: .readCommitted) { tx in
                try await context.queue.acknowledge(tx, messages)
            }
        }.result
    }
}
