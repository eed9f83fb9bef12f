import Foundation
import PandoDatabase
import Testing

@testable import HotelService

@Suite struct MailTests {
    @Test func plainHeadersStayAsTheyAre() {
        #expect(HeaderText("Namu Stays").encoded == "Namu Stays")
    }

    @Test func otherHeadersBecomeEncodedWords() throws {
        let subject = "예약 확정: 하늘 한옥 인사동 (7QK2-M9XP) 그리고 아주 긴 제목이 이어집니다"
        let lines = HeaderText(subject).encoded.components(separatedBy: "\r\n ")
        #expect(lines.count > 1)
        let decoded = try lines.map { line in
            #expect(line.count <= 75)
            let inner = try #require(line.wholeMatch(of: /=\?utf-8\?B\?(.*)\?=/)).output.1
            let bytes = try #require(Data(base64Encoded: String(inner)))
            return try #require(String(data: bytes, encoding: .utf8))
        }
        #expect(decoded.joined() == subject)
    }

    @Test func namesCannotAddHeaders() {
        #expect(!HeaderText("Eve\r\nBcc: all@example.com").encoded.contains("\r\nBcc"))
        #expect(HeaderText("a \"b\" <c@d>").encoded.hasPrefix("=?utf-8?B?"))
    }

    @Test func messagesHaveTheFormOfRFC5322() throws {
        let message = MailMessage(
            from: MailMessage.Address(name: "Namu Stays", email: "stay@namu.example"),
            to: MailMessage.Address(name: "김민아", email: "mina@example.com"),
            subject: "예약",
            text: "안녕하세요\r\n",
            id: "42",
            date: Instant("2026-11-21T09:05:07Z")!
        )
        let text = try #require(String(bytes: message.bytes, encoding: .utf8))
        let parts = text.components(separatedBy: "\r\n\r\n")
        #expect(parts[0].contains("Date: Sat, 21 Nov 2026 09:05:07 +0000\r\n"))
        #expect(parts[0].contains("\r\nMessage-ID: <42@namu.example>\r\n"))
        #expect(parts[0].contains("\r\nTo: =?utf-8?B?6rmA66+87JWE?= <mina@example.com>\r\n"))
        #expect(String(data: try #require(Data(base64Encoded: parts[1].trimmed)), encoding: .utf8) == "안녕하세요\r\n")
        #expect(!text.replacing("\r\n", with: "").contains { $0 == "\r" || $0 == "\n" })
    }

    @Test(arguments: Language.allCases) func onlyAConfirmationSpeaksOfPaying(language: Language) throws {
        let demo = DemoData.make(firstNight: LocalDate("2026-12-01")!)
        let hotel = try #require(demo.hotels.first)
        let city = try #require(demo.cities.first { $0.id == hotel.cityID })
        let rooms = demo.rooms.filter { $0.hotelID == hotel.id }
        let guest = Account(id: Identifier(), email: "mina@example.com", name: "Mina", language: language)
        let offer = Offer(
            hotelID: hotel.id,
            roomTypeID: rooms[0].id,
            stay: try Stay(from: demo.nights.lowerBound, to: demo.nights.lowerBound + 2),
            guests: 1,
            total: rooms[0].basePrice,
            free: 1
        )
        let mail = ReservationMail(
            reservation: Reservation(confirming: offer, guests: 1, for: guest),
            guest: guest,
            details: HotelDetails(hotel: hotel, city: city, rooms: rooms),
            sender: MailMessage.Address(name: "Namu Stays", email: "stay@namu.example"),
            date: .now
        )
        let name = language[.siteName]
        #expect(mail.confirmation.text.hasSuffix("\r\n\r\n\(language[.payAtHotel])\r\n\r\n\(name)"))
        #expect(!mail.cancellation.text.contains(language[.payAtHotel]))
        #expect(mail.cancellation.text.hasSuffix("\(language.format(offer.total))\r\n\r\n\(name)"))
    }

    @Test(.timeLimit(.minutes(1))) func mailsDeliveredTwiceAreThereOnce() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mail-\(Identifier())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder left over does no harm
        let maildir = try Maildir(folder: folder)
        try await withThrowingTaskGroup { group in
            for number in 0..<200 {
                group.addTask { try await maildir.deliver(Array("mail \(number % 100)".utf8), as: "m\(number % 100)") }
            }
            try await group.waitForAll()
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/new")
        #expect(names.count == 100)
        #expect(try String(contentsOfFile: folder + "/new/m7", encoding: .utf8) == "mail 7")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/tmp").isEmpty)
    }
}
