import Foundation
import Pando
import PandoDatabase
import PandoTesting
import Testing

@testable import HotelService

@Suite(.timeLimit(.minutes(2))) struct BookingTests {
    static let today = Instant.now.date
    static let demo = DemoData.make(firstNight: today)
    static let stay = try! Stay(from: today + 20, to: today + 23)  // three nights in order

    @Test func bookingReachesEveryDomainOnce() async throws {
        try await HotelFixture.run { hotel in
            let room = Self.demo.rooms[7]
            let guest = try await hotel.client.guest()
            let answer = try await guest.book(room, Self.stay)
            #expect(answer.status == 201)
            let made = try answer.json(Reservation.self)
            #expect(made.total == Tariff.total(room.basePrice, for: Self.stay))
            #expect(try await guest.get("/api/reservations").json(Items<Reservation>.self).items == [made])
            #expect(try await guest.get("/api/reservations/\(made.id)").json(Reservation.self) == made)
            try await hotel.becomesQuiet()
            #expect(try await free(room, hotel.client) == [room.rooms - 1, room.rooms - 1, room.rooms - 1])
            #expect(try await HotelLedger.read(hotel.node.database).faults.isEmpty)
            let mails = try FileManager.default.contentsOfDirectory(atPath: hotel.folder + "/mail/new")
            #expect(mails == ["\(made.id).confirmed"])
        }
    }

    @Test func theSameKeyBooksOnce() async throws {
        try await HotelFixture.run { hotel in
            let guest = try await hotel.client.guest()
            let first = try await guest.book(Self.demo.rooms[0], Self.stay, key: "one")
            let again = try await guest.book(Self.demo.rooms[0], Self.stay, key: "one")
            #expect(first.status == 201)
            let (one, two) = (try first.json(Reservation.self), try again.json(Reservation.self))
            #expect(one == two)
            #expect(try await guest.book(Self.demo.rooms[1], Self.stay, key: "one").status == 422)
            let other = try await hotel.client.guest()
            #expect(try await other.book(Self.demo.rooms[0], Self.stay, key: "one").status == 201)
            #expect(try await guest.get("/api/reservations").json(Items<Reservation>.self).items.count == 1)
        }
    }

    @Test func cancellingFreesTheRoomUntilTheDayBeforeArrival() async throws {
        try await HotelFixture.run { hotel in
            let room = Self.demo.rooms[3]
            let guest = try await hotel.client.guest()
            let made = try await guest.book(room, Self.stay).json(Reservation.self)
            let stranger = try await hotel.client.guest("Eve")
            #expect(try await stranger.get("/api/reservations/\(made.id)").status == 404)
            #expect(try await stranger.delete("/api/reservations/\(made.id)").status == 404)
            #expect(try await guest.delete("/api/reservations/\(made.id)").status == 204)
            #expect(try await guest.delete("/api/reservations/\(made.id)").status == 204)
            #expect(try await guest.get("/api/reservations/\(made.id)").json(Reservation.self).status == .cancelled)
            try await hotel.becomesQuiet()
            #expect(try await free(room, hotel.client) == [room.rooms, room.rooms, room.rooms])
            #expect(try await HotelLedger.read(hotel.node.database).faults.isEmpty)
            let tonight = try await guest.book(room, Stay(from: Self.today, to: Self.today + 1)).json(Reservation.self)
            #expect(try await guest.delete("/api/reservations/\(tonight.id)").status == 409)
        }
    }

    @Test func neverSellsANightTwice() async throws {
        try await HotelFixture.run { hotel in
            let room = try #require(Self.demo.rooms.first { $0.rooms == 4 })
            let guest = try await hotel.client.guest()
            // Stays that overlap in different nights race for the same four rooms.
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<40 {
                    let stay = try Stay(from: Self.today + 20 + number % 3, to: Self.today + 23)
                    group.addTask { try await guest.book(room, stay).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 4)
            #expect(statuses.filter { $0 == 409 }.count == 36)
            try await hotel.becomesQuiet()
            #expect(try await HotelLedger.read(hotel.node.database).faults.isEmpty)
            #expect(try await free(room, hotel.client).last == 0)
            let found = try await hotel.client.get("/api/hotels?from=\(Self.stay.from)&to=\(Self.stay.to)")
            #expect(found.status == 200)
        }
    }

    @Test func bookingsSurviveARestart() async throws {
        let data = try await HotelFixture.seededData()
        let made = try await HotelFixture.run(on: data) { hotel in
            try await hotel.client.guest().book(Self.demo.rooms[0], Self.stay).json(Reservation.self)
        }
        try await HotelFixture.run(on: data) { hotel in
            try await hotel.becomesQuiet()
            let ledger = try await HotelLedger.read(hotel.node.database)
            #expect(ledger.confirmed.count == 3)
            #expect(ledger.faults.isEmpty)
            #expect(ledger.rooms.count == Self.demo.rooms.count)
            let mails = try FileManager.default.contentsOfDirectory(atPath: hotel.folder + "/mail/new")
            #expect(mails == ["\(made.id).confirmed"])
        }
        try await data.remove()
    }

    private func free(_ room: RoomType, _ client: HotelClient) async throws -> [Int] {
        let days = "from=\(Self.stay.from)&to=\(Self.stay.to)"
        let answer = try await client.get("/api/hotels/\(room.hotelID)/availability?\(days)").json(Availability.self)
        return answer.rooms.first { $0.roomTypeID == room.id }?.nights.map(\.free) ?? []
    }
}
