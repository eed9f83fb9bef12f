public import PandoDatabase
import PandoTelemetry

extension Transaction {
    /// Publishes a message if and when this transaction commits.
    ///
    /// Every group of consumers of the topic gets the message at least once. Messages of one key reach a group one at a
    /// time, in the order of their commits; messages without a key in any order. A delayed message takes its place in its
    /// key's order when it is due.
    ///
    /// One insertion, however many groups there are. Nothing waits for consumers: a topic grows until they have caught up.
    ///
    /// - Parameters:
    ///   - message: What happened.
    ///   - key: What the order is kept for, such as the identifier of what changed. At most 512 bytes.
    ///   - delay: How long after now it is to be delivered. Zero to ten years.
    /// - Returns: The message's identifier, by which the effects of consumers are made unique.
    /// - Throws: ``MessagingError``: `invalidName`, `payloadTooLarge` or `invalidDelay`; the error of the encoding;
    ///   `DatabaseError`. After any of them the transaction should not commit.
    @discardableResult
    public func publish<M: Message>(
        _ message: M,
        key: String? = nil,
        after delay: Duration = .zero
    ) async throws -> Identifier {
        try await publish(EncodedMessage(message), key: key, after: delay)
    }

    /// As publishing the message itself, which was encoded before the transaction.
    ///
    /// - Throws: ``MessagingError``: `invalidName` or `invalidDelay`; `DatabaseError`. After any of them the transaction
    ///   should not commit.
    @discardableResult
    public func publish<M: Message>(
        _ message: EncodedMessage<M>,
        key: String? = nil,
        after delay: Duration = .zero
    ) async throws -> Identifier {
        let topic = M.topic
        guard isValidName(topic) else {
            throw MessagingError(.invalidName, "topic “\(topic)”: 1 to 100 of a-z, 0-9, '.', '_', '-'")
        }
        if let key, key.utf8.count > 512 {
            throw MessagingError(.invalidName, "topic \(topic): a key of \(key.utf8.count) bytes; 512 is the limit")
        }
        guard delay >= .zero, delay <= MessagingCapabilities.sql.maximumDelay else {
            throw MessagingError(.invalidDelay, "topic \(topic): a delay of \(delay), not zero to ten years")
        }
        let id = Identifier()
        try await insert(id, topic, key, delay, message.payload)
        wakeConsumers(of: topic)
        return id
    }

    /// Wakes those who consume the topic, here and in other processes, if and when this transaction commits.
    func wakeConsumers(of topic: String) {
        afterCommit { PublishSignals.process.ring(topic) }
        announceAfterCommit(PublishSignals.announcement(of: topic))
    }

    private func insert(
        _ id: Identifier,
        _ topic: String,
        _ key: String?,
        _ delay: Duration,
        _ payload: [UInt8]
    ) async throws {
        let now = Instant.now
        let due: Instant? = delay > .zero ? now + delay : nil
        let headers = MessageHeaders.ofCurrentTrace()?.stored
        try await system.enqueue(
            """
            INSERT INTO pando_messages (topic, sequence, id, key, published_at, due_at, headers, payload) \
            VALUES (\(topic), \(try sequence(in: topic)), \(id), \(key), \(now), \(due), \(headers), \(payload))
            """
        )
    }

    /// An expression for the next number in a topic's log.
    private func sequence(in topic: String) throws -> SQL {
        switch engine {
        case .sqlite:
            // One seek. Writers take turns, so numbers follow the order of commits and have no gaps.
            """
            1 + coalesce((SELECT sequence FROM pando_messages WHERE topic = \(topic) ORDER BY sequence DESC LIMIT 1), 0)
            """
        case .postgres: try takeLogNumber()
        }
    }
}

extension MessageHeaders {
    /// What lets consumers continue the publisher's trace; nil where it is not recorded.
    fileprivate static func ofCurrentTrace() -> MessageHeaders? {
        guard let span = TraceSpan.current, span.isRecording else { return nil }
        let context = span.traceContext
        var headers = MessageHeaders()
        headers[traceparent] = context.traceparent
        headers[tracestate] = context.tracestate
        return headers
    }
}
