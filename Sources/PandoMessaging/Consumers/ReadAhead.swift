/// A message of the log with its payload decoded, or why it cannot be.
struct DecodedMessage: Sendable {
    let stored: StoredMessage
    let message: Result<any Message, any Error>
}

/// What a consumer has read of the log beyond its group's cursor: the rest of a batch whose time was up, and what was read
/// while the batch before was committed. No message is decoded twice but after a failure.
struct ReadAhead: Sendable {
    /// Where the group's cursor must be for the messages to be the next.
    private(set) var cursor: Int64 = 0
    /// The next messages, in order.
    private(set) var messages: [DecodedMessage] = []

    /// Drops everything where the cursor is elsewhere, because another consumer has moved it.
    mutating func follow(_ actual: Int64) {
        guard cursor != actual else { return }
        cursor = actual
        messages = []
    }

    /// Drops the messages up to where the cursor was moved.
    mutating func advance(to sequence: Int64) {
        cursor = sequence
        messages.removeFirst(messages.firstIndex { $0.stored.sequence > sequence } ?? messages.count)
    }

    /// Adds messages that follow the last.
    mutating func append(_ more: [DecodedMessage]) {
        messages += more
    }
}
