import NIOCore
import PandoDatabase
import Testing

@testable import HotelService

@Suite(.timeLimit(.minutes(1))) struct SMTPTests {
    private static let sender = MailMessage.Address(name: "Namu Stays", email: "stay@namu.example")
    private static let guest = MailMessage.Address(name: "Mina", email: "mina@example.com")
    private static let message = MailMessage(
        from: sender,
        to: guest,
        subject: "Booked",
        text: "hello",
        id: "1.confirmed",
        date: Instant("2026-11-21T09:05:07Z")!  // a valid date
    )

    @Test func handsAMailOver() async throws {
        try await MailServer.run { server in
            try await relay(server).deliver(Self.message)
            let text = String(decoding: Self.message.bytes, as: UTF8.self)
            #expect(server.mails == [MailServer.Mail(from: Self.sender.email, to: Self.guest.email, text: text)])
            #expect(
                server.commands == [
                    [
                        "EHLO namu.example", "MAIL FROM:<stay@namu.example>", "RCPT TO:<mina@example.com>", "DATA",
                        "QUIT",
                    ]
                ]
            )
        }
    }

    @Test(arguments: ["", "plain\r\n", ".\r\n", "..\r\n.a\r\n.\r\nb.\r\n", "no end", "\r\n.\r\n"])
    func linesThatBeginWithDotsArriveAsTheyAre(text: String) async throws {
        try await MailServer.run { server in
            try await relay(server).hand(Array(text.utf8), from: Self.sender, to: Self.guest)
            let lines = text.isEmpty || text.hasSuffix("\r\n") ? text : text + "\r\n"
            #expect(server.mails.map(\.text) == [lines])
        }
    }

    @Test func saysHELOToAServerThatDoesNotKnowEHLO() async throws {
        try await MailServer.run({ _, step in step == .ehlo ? .say("502 not implemented") : nil }) { server in
            try await relay(server).deliver(Self.message)
            #expect(server.mails.count == 1)
            #expect(server.commands[0].prefix(2) == ["EHLO namu.example", "HELO namu.example"])
        }
    }

    @Test func understandsRepliesOfSeveralLines() async throws {
        try await MailServer.run({ _, step in
            step == .data
                ? .say("354-go\r\n354 on")
                : .say("\(step == .connect ? 220 : 250)-one\r\n\(step == .connect ? 220 : 250) two")
        }) { server in
            try await relay(server).deliver(Self.message)
            #expect(server.mails.count == 1)
        }
    }

    @Test(arguments: [MailServer.Step.connect, .ehlo, .mail, .rcpt, .data, .message])
    func aServerThatHangsUpIsTriedAgain(step: MailServer.Step) async throws {
        try await MailServer.run({ number, at in number == 0 && at == step ? .hangUp : nil }) { server in
            let error = await #expect(throws: SMTPError.self) { try await relay(server).deliver(Self.message) }
            #expect(error?.description == "127.0.0.1:\(server.port) hung up")
            try await relay(server).deliver(Self.message)
            #expect(server.mails.count == 1)
        }
    }

    @Test(arguments: MailServer.Step.allCases)
    func aServerThatSaysNothingIsGivenUp(step: MailServer.Step) async throws {
        try await MailServer.run({ _, at in
            if at == .ehlo, step == .helo { return .say("500 what?") }
            return at == step ? .silence : nil
        }) { server in
            var relay = relay(server)
            relay.limits.reply = step == .quit ? .seconds(30) : .milliseconds(100)
            relay.limits.taking = step == .quit ? .seconds(30) : .milliseconds(100)
            relay.limits.leaving = .milliseconds(100)
            guard step == .quit else {
                let error = await #expect(throws: SMTPError.self) { try await relay.deliver(Self.message) }
                #expect(error?.description.contains("said nothing for") == true)
                return
            }
            // The mail is taken by then.
            try await relay.deliver(Self.message)
            #expect(server.mails.count == 1)
        }
    }

    @Test(
        arguments: [MailServer.Step.mail, .rcpt, .data, .message],
        ["451 later", "421 closing", "452-full\r\n452 disk"]
    )
    func aServerThatSaysLaterIsTriedAgain(step: MailServer.Step, reply: String) async throws {
        try await MailServer.run({ _, at in at == step ? .say(reply) : nil }) { server in
            await #expect(throws: SMTPError.self) { try await relay(server).deliver(Self.message) }
            #expect(server.commands.last?.last == "QUIT")
            #expect(server.mails.isEmpty)
        }
    }

    @Test(arguments: [MailServer.Step.mail, .rcpt, .data, .message])
    func aRefusalForGoodIsUndeliverable(step: MailServer.Step) async throws {
        try await MailServer.run({ _, at in at == step ? .say("550 5.1.1 nobody here") : nil }) { server in
            let error = await #expect(throws: UndeliverableMail.self) { try await relay(server).deliver(Self.message) }
            #expect(error?.description.contains("127.0.0.1:\(server.port) answered 550 5.1.1 nobody here to ") == true)
            #expect(server.commands.last?.last == "QUIT")
        }
    }

    /// What is refused there is the client, or the number of recipients, and not the mail.
    @Test(arguments: [(MailServer.Step.connect, "554 no service"), (.helo, "550 go away"), (.rcpt, "552 too many")])
    func aRefusalOfSomethingElseIsTriedAgain(step: MailServer.Step, reply: String) async throws {
        try await MailServer.run({ _, at in
            if at == .ehlo, step == .helo { return .say("500 what?") }
            return at == step ? .say(reply) : nil
        }) { server in
            await #expect(throws: SMTPError.self) { try await relay(server).deliver(Self.message) }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request", "99 what", "220-a\r\n250 b",
    ])
    func aServerOfAnotherKindIsNamed(greeting: String) async throws {
        try await MailServer.run({ _, at in at == .connect ? .say(greeting) : nil }) { server in
            let error = await #expect(throws: SMTPError.self) { try await relay(server).deliver(Self.message) }
            #expect(error?.description.contains("sent") == true)
        }
    }

    @Test func nobodyThereIsWorthAnotherAttempt() async throws {
        let port = try await MailServer.run { $0.port }
        await #expect(throws: SMTPError.self) {
            try await SMTPRelay(host: "127.0.0.1", port: port).deliver(Self.message)
        }
    }

    @Test func anAddressCannotAddACommand() async throws {
        try await MailServer.run { server in
            let eve = MailMessage.Address(name: "Eve", email: "a@b.example>\r\nRCPT TO:<c@d.example")
            await #expect(throws: UndeliverableMail.self) {
                try await relay(server).hand([], from: Self.sender, to: eve)
            }
            #expect(server.commands.joined().allSatisfy { !$0.contains("RCPT") })
        }
    }

    /// A cancelled delivery leaves at once and does not look like the server's fault.
    @Test func aCancelledDeliveryEnds() async throws {
        let (reached, isReached) = AsyncStream<Void>.makeStream()
        try await MailServer.run({ _, at in
            guard at == .mail else { return nil }
            isReached.yield()
            return .silence
        }) { server in
            let delivery = Task { try await relay(server).deliver(Self.message) }
            _ = await reached.first { _ in true }
            delivery.cancel()
            await #expect(throws: CancellationError.self) { try await delivery.value }
        }
    }

    @Test(arguments: [("mail", 25), ("mail:2525", 2525)]) func readsItsAddress(text: String, port: Int) {
        #expect(SMTPRelay(text)?.host == "mail")
        #expect(SMTPRelay(text)?.port == port)
    }

    @Test(arguments: ["", ":25", "mail:", "mail:0", "mail:70000", "a:b:c", "a b"])
    func refusesWhatIsNoAddress(text: String) {
        #expect(SMTPRelay(text) == nil)
        #expect(throws: BadSetting.self) { try MailSettings(server: text).postbox(dataFolder: "/nowhere") }
    }

    private func relay(_ server: MailServer) -> SMTPRelay { SMTPRelay(host: "127.0.0.1", port: server.port) }
}

@Suite struct SMTPReplyReaderTests {
    private static let transcript = "220 here\r\n250-a\r\n250-\r\n250 b c\r\n354\r\n550 no\n"
    private static let replies = [
        SMTPReply(code: 220, text: "here"), SMTPReply(code: 250, text: "a  b c"), SMTPReply(code: 354, text: ""),
        SMTPReply(code: 550, text: "no"),
    ]

    @Test func repliesAreTheSameAtEverySplitOfTheBytes() throws {
        let bytes = Array(Self.transcript.utf8)
        for split in 0...bytes.count {
            var reader = SMTPReplyReader()
            var replies: [SMTPReply] = []
            for part in [bytes[..<split], bytes[split...]] {
                reader.append(ByteBuffer(bytes: part))
                while let reply = try reader.next() { replies.append(reply) }
            }
            #expect(replies == Self.replies, "split at \(split)")
        }
    }

    @Test(arguments: ["abc\r\n", "25\r\n", "250x\r\n", "650 x\r\n", "150 x\r\n", "250-a\r\n251 b\r\n"])
    func refusesWhatIsNoReply(text: String) { expectRefusal(of: text) }

    @Test func refusesRepliesWithoutEnd() {
        expectRefusal(of: String(repeating: "250-a\r\n", count: SMTPReplyReader.mostLines + 1))
        expectRefusal(of: String(repeating: "2", count: SMTPReplyReader.longestLine + 1))
    }

    private func expectRefusal(of text: String) {
        var reader = SMTPReplyReader()
        reader.append(ByteBuffer(string: text))
        #expect(throws: SMTPError.self) { try reader.next() }
    }
}
