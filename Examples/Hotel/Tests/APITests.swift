import Foundation
import PandoDatabase
import PandoTesting
import Synchronization
import Testing

@testable import HotelService

@Suite(.timeLimit(.minutes(2))) struct APITests {
    static let demo = BookingTests.demo
    static let stay = BookingTests.stay

    /// Every operation with every status that the document promises, each answer held to its schema by the client.
    @Test func theServiceKeepsToItsDocument() async throws {
        try await HotelFixture.run { hotel in
            try await checkAccounts(hotel.client)
            try await checkHotels(hotel.client)
            try await checkReservations(hotel.client)
            try await checkMobile(hotel.client)
            let contract = APIContract()
            // Overload cannot be had on demand here; PandoTests has its tests.
            let documented = try contract.documented().filter { !$0.hasSuffix(" 503") }
            let seen = APIContract.seen.withLock { $0 }
            #expect(documented.subtracting(seen).sorted() == [])
            #expect(
                try await hotel.client.get("/api/openapi.json").text.utf8.elementsEqual(PackageResources.openapi_json)
            )
        }
    }

    private func checkAccounts(_ client: HotelClient) async throws {
        let form = SignUpForm(email: "min@example.com", password: "long enough 1", name: "Min", language: nil)
        #expect(try await client.post("/api/accounts", json: form).json(Account.self).language == .english)
        #expect(try await client.post("/api/accounts", json: form).status == 409)
        #expect(try await client.post("/api/accounts", json: ["email": "x"]).status == 400)
        let bad = try await client.post("/api/accounts", json: SignUpForm(email: "x", password: "short", name: " "))
        #expect(bad.status == 422)
        for field in ["/email", "/password", "/name"] { #expect(bad.text.contains("\"\(field)\"")) }
        #expect(
            try await client.post("/api/session", json: Credentials(email: "min@example.com", password: "no")).status
                == 401
        )
        #expect(
            try await client.post("/api/session", json: Credentials(email: "who@example.com", password: "no")).status
                == 401
        )
        #expect(try await client.post("/api/session", json: [1]).status == 400)
        let member = client.newClient()
        _ = try await member.post(
            "/api/session",
            json: Credentials(email: "MIN@example.com", password: form.password)
        )
        #expect(try await member.get("/api/me").json(Account.self).email == "min@example.com")
        #expect(try await member.delete("/api/session").status == 204)
        #expect(try await member.get("/api/me").status == 401)
    }

    private func checkHotels(_ client: HotelClient) async throws {
        let days = "from=\(Self.stay.from)&to=\(Self.stay.to)"
        let id = Self.demo.hotels[0].id
        #expect(
            try await client.get("/api/hotels?\(days)&guests=2").json(HotelResults.self).items.allSatisfy {
                $0.offer != nil
            }
        )
        #expect(try await client.get("/api/hotels?sort=best").status == 422)
        #expect(try await client.get("/api/hotels?from=2026-12-01&to=2026-12-01").status == 422)
        #expect(try await client.get("/api/hotels?cursor=nonsense").status == 400)
        #expect(try await client.get("/api/hotels/\(id)").json(HotelDetails.self).hotel == Self.demo.hotels[0])
        #expect(try await client.get("/api/hotels/\(Identifier())").status == 404)
        #expect(try await client.get("/api/hotels/1").status == 400)
        #expect(try await client.get("/api/hotels/\(id)/availability?\(days)").status == 200)
        #expect(
            try await client.get("/api/hotels/\(id)/availability?from=\(Self.stay.to)&to=\(Self.stay.from)").status
                == 422
        )
        #expect(try await client.get("/api/hotels/\(Identifier())/availability?\(days)").status == 404)
        #expect(try await client.get("/api/hotels/1/availability?\(days)").status == 400)
    }

    private func checkReservations(_ client: HotelClient) async throws {
        let room = try #require(Self.demo.rooms.first { $0.rooms == 4 })
        #expect(try await client.book(room, Self.stay).status == 401)
        #expect(try await client.get("/api/reservations").status == 401)
        #expect(try await client.get("/api/reservations/\(Identifier())").status == 401)
        #expect(try await client.delete("/api/reservations/\(Identifier())").status == 401)
        let guest = try await client.guest()
        let request = BookingRequest(
            hotelID: room.hotelID,
            roomTypeID: room.id,
            from: Self.stay.from,
            to: Self.stay.to,
            guests: 9
        )
        #expect(try await guest.post("/api/reservations", json: request).status == 400)
        #expect(try await guest.post("/api/reservations", json: request, key: "a").status == 422)
        for _ in 1...4 { #expect(try await guest.book(room, Self.stay).status == 201) }
        #expect(try await guest.book(room, Self.stay).status == 409)
        let all = try await guest.get("/api/reservations").json(Items<Reservation>.self).items
        #expect(try await guest.get("/api/reservations/\(all[0].id)").status == 200)
        #expect(try await guest.get("/api/reservations/1").status == 400)
        #expect(try await guest.get("/api/reservations/\(Identifier())").status == 404)
        #expect(try await guest.delete("/api/reservations/\(all[0].id)").status == 204)
        #expect(try await guest.delete("/api/reservations/1").status == 400)
        #expect(try await guest.delete("/api/reservations/\(Identifier())").status == 404)
        let tonight = try Stay(from: BookingTests.today, to: BookingTests.today + 1)
        let late = try await guest.book(room, tonight).json(Reservation.self)
        #expect(try await guest.delete("/api/reservations/\(late.id)").status == 409)
    }

    private func checkMobile(_ client: HotelClient) async throws {
        let days = "from=\(Self.stay.from)&to=\(Self.stay.to)"
        let room = try #require(Self.demo.rooms.last { $0.rooms == 4 })
        let korean = try await client.get("/m/api/hotels?q=busan&\(days)", headers: ["Accept-Language": "ko"])
        let found = try korean.json(MobileHotels.self).items
        #expect(!found.isEmpty && found.allSatisfy { $0.place.contains("부산") && $0.left != nil })
        #expect(try await client.get("/m/api/hotels?guests=0").status == 422)
        #expect(try await client.get("/m/api/hotels?cursor=nonsense").status == 400)
        #expect(try await client.get("/m/api/hotels/\(room.hotelID)?\(days)").status == 200)
        #expect(try await client.get("/m/api/hotels/\(room.hotelID)?from=x").status == 422)
        #expect(try await client.get("/m/api/hotels/1").status == 400)
        #expect(try await client.get("/m/api/hotels/\(Identifier())").status == 404)
        let request = BookingRequest(
            hotelID: room.hotelID,
            roomTypeID: room.id,
            from: Self.stay.from,
            to: Self.stay.to,
            guests: 1
        )
        #expect(try await client.post("/m/api/reservations", json: request, key: "a").status == 401)
        #expect(try await client.get("/m/api/reservations").status == 401)
        #expect(try await client.delete("/m/api/reservations/\(Identifier())").status == 401)
        let guest = try await client.guest()
        #expect(try await guest.post("/m/api/reservations", json: request).status == 400)
        let made = try await guest.post("/m/api/reservations", json: request, key: "1").json(MobileReservation.self)
        for key in 2...4 {
            #expect(try await guest.post("/m/api/reservations", json: request, key: "\(key)").status == 201)
        }
        #expect(try await guest.post("/m/api/reservations", json: request, key: "5").status == 409)
        #expect(try await guest.post("/m/api/reservations", json: ["hotelID": 1], key: "6").status == 400)
        let past = BookingRequest(
            hotelID: room.hotelID,
            roomTypeID: room.id,
            from: Self.stay.to,
            to: Self.stay.from,
            guests: 1
        )
        #expect(try await guest.post("/m/api/reservations", json: past, key: "7").status == 422)
        #expect(try await guest.get("/m/api/reservations").json(Items<MobileReservation>.self).items.count == 4)
        #expect(try await guest.delete("/m/api/reservations/\(made.id)").status == 204)
        #expect(try await guest.delete("/m/api/reservations/1").status == 400)
        #expect(try await guest.delete("/m/api/reservations/\(Identifier())").status == 404)
        let tonight = BookingRequest(
            hotelID: room.hotelID,
            roomTypeID: room.id,
            from: BookingTests.today,
            to: BookingTests.today + 1,
            guests: 1
        )
        let late = try await guest.post("/m/api/reservations", json: tonight, key: "8").json(MobileReservation.self)
        #expect(try await guest.delete("/m/api/reservations/\(late.id)").status == 409)
    }
}
