import PandoMessaging

/// Where mails go out.
protocol Postbox: Sendable {
    /// How many mails it wants at a time, how long one may take, and when one that was not taken is tried again.
    var consumer: ConsumerConfiguration { get }

    /// Takes a mail. When this returns it is safe there.
    ///
    /// - Throws: ``UndeliverableMail`` where trying again cannot help. Anything else is worth another attempt; the mail may
    ///   be taken all the same.
    func deliver(_ message: MailMessage) async throws
}

/// A mail that is refused for good: its message belongs to the dead letters.
struct UndeliverableMail: Error, CustomStringConvertible {
    /// Who refused it, and in which words: for the operators.
    let description: String
}

extension Maildir: Postbox {
    /// Many at once, which share the cost of making them durable.
    var consumer: ConsumerConfiguration {
        var configuration = ConsumerConfiguration()
        configuration.concurrency = 512
        return configuration
    }

    /// Delivers a mail under its identifier, so that the same mail twice is one file.
    func deliver(_ message: MailMessage) async throws {
        try await deliver(message.bytes, as: message.id)
    }
}
