import PandoDatabase

/// An author's `consume` or `consumeBatch` handler, without its message type.
struct EffectHandler: Sendable {
    /// What shares a transaction when nothing fails.
    enum Unit: Sendable {
        /// Messages are handled one after the other until the batch's time is used up.
        case message
        /// One call handles the whole batch.
        case batch
    }

    let unit: Unit
    let decode: @Sendable (StoredMessage) throws -> any Message
    let handle: @Sendable (_ messages: [any Message], Transaction) async throws -> Void

    init<M: Message>(each handler: @escaping @Sendable (M, Transaction) async throws -> Void) {
        unit = .message
        decode = { try DecodedMessages.process.message(of: $0, as: M.self) }
        handle = { messages, tx in
            // `decode` made them.
            for message in messages { try await handler(message as! M, tx) }
        }
    }

    init<M: Message>(batch handler: @escaping @Sendable ([M], Transaction) async throws -> Void) {
        unit = .batch
        decode = { try DecodedMessages.process.message(of: $0, as: M.self) }
        handle = { messages, tx in
            // `decode` made them.
            try await handler(messages.map { $0 as! M }, tx)
        }
    }
}
