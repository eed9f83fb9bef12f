import NIOCore

/// The steps of RFC 5321 that hand over one mail.
struct SMTPSession {
    var dialogue: SMTPDialogue
    let limits: SMTPRelay.Limits

    /// Hands a message over and says good-bye. When this returns the server has taken it.
    ///
    /// - Throws: ``UndeliverableMail`` where the server refuses this mail for good; ``SMTPError`` otherwise.
    mutating func send(_ bytes: [UInt8], from: MailMessage.Address, to: MailMessage.Address) async throws {
        do {
            try await greet(as: from.domain)
            try await transact(bytes, from: from, to: to)
        } catch let error as UndeliverableMail {
            await leave()
            throw error
        } catch let error as Refused {
            await leave()
            throw SMTPError(error.description)
        }
        await leave()
    }

    /// The greeting, then EHLO; HELO for a server that does not know it (RFC 5321 §3.2). A refusal here is about us and
    /// not about a mail, so the mail is tried again.
    private mutating func greet(as name: Substring) async throws {
        let greeting = try await dialogue.reply(to: nil, within: limits.reply)
        guard greeting.code == 220 else { throw Refused("the connection", greeting) }
        let hello = try await dialogue.say("EHLO \(name)", within: limits.reply)
        if hello.isPositive { return }
        guard hello.isFinal else { throw Refused("EHLO", hello) }
        let plain = try await dialogue.say("HELO \(name)", within: limits.reply)
        guard plain.isPositive else { throw Refused("HELO", plain) }
    }

    private mutating func transact(
        _ bytes: [UInt8],
        from: MailMessage.Address,
        to: MailMessage.Address
    ) async throws {
        try check(await dialogue.say("MAIL FROM:<\(Self.path(from))>", within: limits.reply), "MAIL")
        let recipient = try await dialogue.say("RCPT TO:<\(Self.path(to))>", within: limits.reply)
        // 552 to RCPT means too many recipients and is to be read as 452 (RFC 5321 §4.5.3.1.10).
        if recipient.code == 552 { throw Refused("RCPT", recipient) }
        try check(recipient, "RCPT")
        let data = try await dialogue.say("DATA", within: limits.reply)
        try check(data, "DATA")
        guard data.code == 354 else { throw Refused("DATA", data) }
        let taken = try await dialogue.reply(to: Self.data(bytes), within: limits.taking)
        try check(taken, "the message")
        guard (200..<300).contains(taken.code) else { throw Refused("the message", taken) }
    }

    /// The mail is taken or refused by now: whatever happens here changes nothing.
    private mutating func leave() async {
        _ = try? await dialogue.say("QUIT", within: limits.leaving)
    }

    private func check(_ reply: SMTPReply, _ step: String) throws {
        if reply.isFinal { throw UndeliverableMail(description: "answered \(reply.code) \(reply.text) to \(step)") }
        guard reply.isPositive else { throw Refused(step, reply) }
    }

    /// An address that cannot end the command that it is in.
    private static func path(_ address: MailMessage.Address) throws(UndeliverableMail) -> String {
        guard SignUpForm.isPlausible(email: address.email) else {
            throw UndeliverableMail(description: "was not asked: this is no mail address")
        }
        return address.email
    }

    /// The message as it goes over the wire: a dot before every line that begins with one, and the line with a dot alone
    /// that ends it (RFC 5321 §4.5.2).
    static func data(_ bytes: [UInt8]) -> ByteBuffer {
        var data = ByteBuffer()
        data.reserveCapacity(bytes.count + 64)
        var isLineStart = true
        for byte in bytes {
            if isLineStart, byte == UInt8(ascii: ".") { data.writeInteger(byte) }
            data.writeInteger(byte)
            isLineStart = byte == UInt8(ascii: "\n")
        }
        data.writeString(isLineStart ? ".\r\n" : "\r\n.\r\n")
        return data
    }

    /// A reply that says no for now, after which the connection can still be left politely.
    private struct Refused: Error, CustomStringConvertible {
        let description: String

        init(_ step: String, _ reply: SMTPReply) {
            description = "answered \(reply.code) \(reply.text) to \(step)"
        }
    }
}
