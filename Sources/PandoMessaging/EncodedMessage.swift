/// A message that was encoded before the transaction that publishes it.
///
/// Writers of an embedded database take turns, so what is done before the turn is not waited for by others. Publishing a
/// message encodes it in the turn; publishing this does not.
///
/// ```swift
/// let changed = try EncodedMessage(ReservationChanged(reservation))
/// try await database.write { tx in
///     …
///     try await tx.publish(changed, key: "\(reservation.id)")
/// }
/// ```
public struct EncodedMessage<M: Message>: Sendable {
    /// At most ``MessagingCapabilities/maximumPayloadBytes``.
    let payload: [UInt8]

    /// Encodes a message.
    ///
    /// - Throws: ``MessagingError`` with code `payloadTooLarge`; the error of the encoding.
    public init(_ message: M) throws {
        payload = try message.encoded()
        let limit = MessagingCapabilities.sql.maximumPayloadBytes
        guard payload.count <= limit else {
            throw MessagingError(
                .payloadTooLarge,
                "topic \(M.topic): a payload of \(payload.count) bytes; \(limit) is the limit"
            )
        }
    }
}
