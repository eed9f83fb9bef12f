/// What an engine can do for messages. A consumer that requires what is not here is refused when the service starts.
///
/// | | SQL (the outbox is the queue) |
/// |---|---|
/// | ``Feature/transactionalPublish`` | yes |
/// | ``Feature/orderPerKey`` | yes |
/// | ``Feature/delay`` | yes |
/// | ``Feature/leaseExtension`` | yes |
/// | ``Feature/transactionalAcknowledgement`` | yes: an effect and its acknowledgement are one commit |
/// | ``Feature/priority`` | no |
/// | ``Feature/broadcast`` | no: a group gets each message once, however many processes it has |
public struct MessagingCapabilities: Sendable, Hashable {
    /// One thing that an engine can or cannot do.
    public enum Feature: String, Sendable, Hashable, CaseIterable {
        /// Publishing is part of the transaction that changes the data.
        case transactionalPublish
        /// Messages of one key reach a group one at a time, in the order of their commits.
        case orderPerKey
        /// A message can be published now and delivered later.
        case delay
        /// A consumer can keep a delivery for longer than its lease.
        case leaseExtension
        /// An effect in the database and its acknowledgement commit together, so that nothing is ever run twice.
        case transactionalAcknowledgement
        /// Some messages overtake others.
        case priority
        /// Every process of a group gets every message.
        case broadcast
    }

    /// The engine's name, for messages to operators.
    public let engine: String
    /// What it can do.
    public let features: Set<Feature>
    /// The largest payload in bytes.
    public let maximumPayloadBytes: Int
    /// The longest time for which a message can be delayed.
    public let maximumDelay: Duration

    /// The engine of rungs 1 to 5: the outbox tables of the service's own SQL database.
    public static let sql = MessagingCapabilities(
        engine: "sql",
        features: [.transactionalPublish, .orderPerKey, .delay, .leaseExtension, .transactionalAcknowledgement],
        maximumPayloadBytes: 1 << 20,
        maximumDelay: .seconds(3653 * 86_400)
    )

    /// Refuses what the engine lacks.
    ///
    /// - Throws: ``MessagingError`` with code `unsupported`, naming everything that is missing.
    func require(_ wanted: Set<Feature>, for consumer: String) throws {
        let missing = wanted.subtracting(features).map(\.rawValue).sorted()
        guard missing.isEmpty else {
            throw MessagingError(
                .unsupported,
                "consumer \(consumer) requires \(missing.joined(separator: ", ")), which the engine \(engine) cannot do"
            )
        }
    }
}
