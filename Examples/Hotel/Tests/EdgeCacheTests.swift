import Pando
import PandoDatabase
import PandoEdge
import PandoTesting
import Testing

@testable import HotelService

/// The hotel behind an edge that caches.
@Suite(.timeLimit(.minutes(2))) struct EdgeCacheTests {
    private static let today = Instant.now.date
    private static let room = DemoData.make(firstNight: today).rooms[7]
    private static let stay = try! Stay(from: today + 30, to: today + 31)  // one night in order

    /// Runs the hotel behind an edge that keeps what it may for an hour.
    ///
    /// - Parameter trusted: Whether the hotel knows that an edge stands in front of it.
    private func behindAnEdge(
        trusted: Bool,
        _ body: @escaping @Sendable (HotelFixture, HotelClient) async throws -> Void
    ) async throws {
        let proxies = trusted ? try #require(TrustedProxies(["127.0.0.1"])) : .none
        try await HotelFixture.run(configure: { $0.trustedProxies = proxies }) { hotel in
            let servers = hotel.client.client.ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
            let text = """
                listen: "127.0.0.1:0"
                workers: 1
                accessLog: off
                upstreams: {nodes: {servers: [\(servers)]}}
                routes: [{path: /*, upstream: nodes, cache: {force: 1h}}]
                """
            let edge = try Edge(EdgeConfiguration.decode(Array(text.utf8), file: "edge.yaml").configuration)
            let port = try #require(edge.addresses.first?.port)
            let outcome: Result<Void, any Error>
            do {
                let client = HotelClient(client: hotel.client.client.newClient(ports: [Int(port)]))
                outcome = .success(try await body(hotel, client))
            } catch { outcome = .failure(error) }
            await edge.stop()
            try outcome.get()
        }
    }

    /// How many rooms are free by the edge, and whether it knew.
    private func free(_ client: HotelClient) async throws -> (rooms: Int, isHit: Bool) {
        let (room, stay) = (Self.room, Self.stay)
        let path = "/api/hotels/\(room.hotelID)/availability?from=\(stay.from)&to=\(stay.to)"
        let answer = try await client.get(path)
        let found = try answer.json(Availability.self).rooms.first { $0.roomTypeID == room.id }
        return (try #require(found?.nights.first).free, answer.header("Cache-Status")?.contains("; hit") == true)
    }

    @Test func aBookingMakesTheEdgeForgetWhatWasFree() async throws {
        try await behindAnEdge(trusted: true) { hotel, edge in
            let before = try await free(edge)
            let guest = try await edge.guest()
            let kept = try await free(edge)
            #expect(kept.isHit && kept.rooms == before.rooms)
            let booked = try await guest.book(Self.room, Self.stay)
            #expect(booked.status == 201 && booked.header("Pando-Invalidate") == nil)
            try await hotel.becomesQuiet()
            let after = try await free(edge)
            #expect(!after.isHit && after.rooms == before.rooms - 1)
            let made = try booked.json(Reservation.self)
            #expect(try await free(edge).isHit)
            #expect(try await guest.delete("/api/reservations/\(made.id)").status == 204)
            try await hotel.becomesQuiet()
            #expect(try await free(edge) == (before.rooms, false))
        }
    }

    /// The control: a hotel that knows of no edge tells it nothing.
    @Test func withoutBeingToldTheEdgeServesWhatItHas() async throws {
        try await behindAnEdge(trusted: false) { hotel, edge in
            let before = try await free(edge)
            #expect(try await edge.guest().book(Self.room, Self.stay).status == 201)
            try await hotel.becomesQuiet()
            #expect(try await free(edge) == (before.rooms, true))
            #expect(try await free(hotel.client).rooms == before.rooms - 1)
        }
    }
}
