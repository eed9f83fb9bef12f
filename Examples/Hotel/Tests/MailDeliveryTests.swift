import Foundation
import Pando
import PandoDatabase
import PandoMessaging
import PandoTesting
import Testing

@testable import HotelService

/// The whole service with a mail server.
@Suite(.timeLimit(.minutes(2))) struct MailDeliveryTests {
    private static let rooms = DemoData.make(firstNight: Instant.now.date).rooms
    private static let stay = try! Stay(from: Instant.now.date + 20, to: Instant.now.date + 22)  // two nights in order

    @Test func aMailArrivesOnceThoughTheServerHangsUpAndSaysLater() async throws {
        try await MailServer.run({ number, step in
            switch (number, step) {
            case (0, .message): .hangUp
            case (1, .rcpt): .say("451 4.7.1 come back later")
            default: nil
            }
        }) { server in
            try await HotelFixture.run(mail: MailSettings(server: "127.0.0.1:\(server.port)")) { hotel in
                let guest = try await hotel.client.guest("Mina Kim")
                let made = try await guest.book(Self.rooms[7], Self.stay).json(Reservation.self)
                try await hotel.becomesQuiet()
                #expect(server.commands.count == 3)
                #expect(server.mails.count == 1)
                #expect(server.mails[0].text.contains("Message-ID: <\(made.id).confirmed@namu.example>\r\n"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: hotel.folder + "/mail/new").isEmpty)
                #expect(try await hotel.node.messaging.deadLetters.count() == 0)
            }
        }
    }

    @Test func aMailThatIsRefusedEndsInTheDeadLettersAndCanBeReplayed() async throws {
        try await MailServer.run({ number, step in
            number == 0 && step == .rcpt ? .say("550 5.1.1 no such mailbox") : nil
        }) { server in
            try await HotelFixture.run(mail: MailSettings(server: "127.0.0.1:\(server.port)")) { hotel in
                _ = try await hotel.client.guest().book(Self.rooms[7], Self.stay)
                try await hotel.becomesQuiet()
                let letters = try await hotel.node.messaging.deadLetters.list()
                #expect(letters.count == 1)
                #expect(letters[0].reason.contains("550 5.1.1 no such mailbox to RCPT"))
                #expect(server.mails.isEmpty)
                #expect(try await hotel.node.messaging.deadLetters.replay() == 1)
                try await hotel.becomesQuiet()
                #expect(server.mails.count == 1)
            }
        }
    }

    @Test func manyMailsShareFewConnections() async throws {
        try await MailServer.run { server in
            try await HotelFixture.run(mail: MailSettings(server: "127.0.0.1:\(server.port)")) { hotel in
                let guest = try await hotel.client.guest()
                let booked = try await withThrowingTaskGroup(of: Int.self) { group in
                    for room in Self.rooms.prefix(60) {
                        group.addTask { try await guest.book(room, Self.stay).status }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 == 201 ? 1 : 0 }
                }
                #expect(booked == 60)
                try await hotel.becomesQuiet()
                #expect(server.mails.count == 60)
                #expect((1...(8 * TestEngine.copies)).contains(server.mostOpen))
            }
        }
    }
}
