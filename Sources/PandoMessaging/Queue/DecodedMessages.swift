import DequeModule
import PandoDatabase
import Synchronization

/// Messages that one group of this process has decoded and another has still to take, so that a message is decoded once
/// for all groups that take it at about the same time.
///
/// One for the process, as ``PublishSignals``, since the groups of a topic belong to different domains. Holds at most 1,024
/// messages of at most 4 KiB; a message that is not here is decoded again.
final class DecodedMessages: Sendable {
    static let process = DecodedMessages()

    static let limit = 1024
    private static let largest = 4096

    private struct State {
        var messages: [Identifier: any Message] = [:]
        /// The messages' identifiers, the oldest first.
        var order = Deque<Identifier>()
    }

    private let state = Mutex(State())

    /// The message of a row of the log.
    ///
    /// - Throws: The error of its decoding.
    func message<M: Message>(of stored: StoredMessage, as type: M.Type = M.self) throws -> M {
        let isShared = stored.payload.count <= Self.largest && PublishSignals.process.listeners(to: M.topic) > 1
        guard isShared else { return try M(encoded: stored.payload) }
        if let known = state.withLock({ $0.messages[stored.id] }) as? M { return known }
        let message = try M(encoded: stored.payload)
        state.withLock { state in
            if state.messages.updateValue(message, forKey: stored.id) == nil { state.order.append(stored.id) }
            if state.order.count > Self.limit, let oldest = state.order.popFirst() { state.messages[oldest] = nil }
        }
        return message
    }
}
