import NIOCore
import NIOPosix
import PandoMessaging

/// Hands mails to a mail server near by (RFC 5321), one connection a mail, without encryption or login: for a relay on the
/// same machine or a trusted network, which does the rest.
///
/// A mail that is handed over twice, because the server's last word was lost, carries the same Message-ID.
struct SMTPRelay: Postbox {
    /// How long each step may take.
    struct Limits: Sendable {
        /// To connect, the name's look-up included.
        var connecting: Duration = .seconds(30)
        /// For the greeting and the reply to each command. RFC 5321 §4.5.3.2 asks for minutes of servers far away.
        var reply: Duration = .seconds(60)
        /// For the reply to the message. Long, since hanging up here makes the mail come twice (RFC 5321 §4.5.3.2.6).
        var taking: Duration = .seconds(600)
        /// For the good-bye, on which nothing depends.
        var leaving: Duration = .seconds(5)

        /// The longest that one mail can take: greeting, EHLO, HELO, MAIL, RCPT and DATA, then the message.
        var total: Duration { connecting + reply * 6 + taking + leaving }
    }

    let host: String
    let port: Int
    var limits = Limits()

    init(host: String, port: Int = 25) {
        self.host = host
        self.port = port
    }

    /// Reads `host` or `host:port`; nil where it is neither.
    init?(_ address: String) {
        let parts = address.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let host = parts.first, !host.isEmpty, !host.contains(where: \.isWhitespace), parts.count <= 2 else {
            return nil
        }
        guard let port = parts.count == 2 ? Int(parts[1]) : 25, 1...65_535 ~= port else { return nil }
        self.init(host: host, port: port)
    }

    /// At most eight connections at a time. A delivery lasts as long as the slowest conversation, so that nobody else
    /// begins the same mail meanwhile. A server that is away is tried for about four days (RFC 5321 §4.5.4.1).
    var consumer: ConsumerConfiguration {
        var configuration = ConsumerConfiguration()
        configuration.concurrency = 8
        configuration.lease = limits.total + .seconds(60)
        configuration.retry = RetryPolicy(maximumAttempts: 200, maximumDelay: .seconds(1800))
        return configuration
    }

    func deliver(_ message: MailMessage) async throws {
        try await hand(message.bytes, from: message.from, to: message.to)
    }

    /// Hands over a message of lines that end in CR LF.
    ///
    /// - Throws: ``UndeliverableMail`` where the server refuses this mail for good; ``SMTPError`` otherwise.
    func hand(_ bytes: [UInt8], from: MailMessage.Address, to: MailMessage.Address) async throws {
        let channel = try await connect()
        var isTaken = false
        do {
            try await channel.executeThenClose { inbound, outbound in
                let dialogue = SMTPDialogue(channel.channel, inbound, outbound)
                var session = SMTPSession(dialogue: dialogue, limits: limits)
                try await session.send(bytes, from: from, to: to)
                isTaken = true
            }
        } catch let refusal as UndeliverableMail {
            throw UndeliverableMail(description: "\(host):\(port) \(refusal)")
        } catch let error as SMTPError {
            throw SMTPError("\(host):\(port) \(error)")
        } catch {
            // A connection that cannot be closed well: nothing to say about a mail that was taken.
            if !isTaken { throw error }
        }
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(limits.connecting))
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw SMTPError("cannot connect to \(host):\(port): \(error)")
        }
    }
}
