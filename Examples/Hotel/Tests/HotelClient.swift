import PandoDatabase
import PandoTesting
import Testing

@testable import HotelService

/// A client of a hotel service under test, which holds every answer of the API to the OpenAPI document.
struct HotelClient: Sendable {
    let client: ServiceClient
    let contract = APIContract()

    /// Another user of the same service.
    func newClient() -> HotelClient { HotelClient(client: client.newClient()) }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> ServiceAnswer {
        try check("GET", path, try await client.get(path, headers: headers))
    }

    func delete(_ path: String) async throws -> ServiceAnswer {
        try check("DELETE", path, try await client.delete(path))
    }

    func post(_ path: String, json: some Encodable, key: String? = nil) async throws -> ServiceAnswer {
        let headers = key.map { ["Idempotency-Key": $0] } ?? [:]
        return try check("POST", path, try await client.post(path, json: json, headers: headers))
    }

    /// Posts a form as a browser does.
    func post(_ path: String, form: [(String, String)]) async throws -> ServiceAnswer {
        try check("POST", path, try await client.post(path, form: form))
    }

    private func check(_ method: String, _ path: String, _ answer: ServiceAnswer) throws -> ServiceAnswer {
        if path.hasPrefix("/api") || path.hasPrefix("/m/api") {
            let faults = try contract.faults(method, path, answer)
            #expect(faults.isEmpty, "\(method) \(path) answered \(answer.status): \(faults)")
        }
        return answer
    }
}

extension HotelClient {
    /// A new guest who is logged in.
    func guest(_ name: String = "Mina Kim") async throws -> HotelClient {
        let form = SignUpForm(
            email: "\(Identifier())@example.com",
            password: "correct horse battery",
            name: name,
            language: .korean
        )
        let guest = newClient()
        #expect(try await guest.post("/api/accounts", json: form).status == 201)
        let credentials = Credentials(email: form.email, password: form.password)
        #expect(try await guest.post("/api/session", json: credentials).status == 201)
        return guest
    }

    /// Asks for a room.
    func book(_ room: RoomType, _ stay: Stay, key: String = "\(Identifier())") async throws -> ServiceAnswer {
        let request = BookingRequest(
            hotelID: room.hotelID,
            roomTypeID: room.id,
            from: stay.from,
            to: stay.to,
            guests: 1
        )
        return try await post("/api/reservations", json: request, key: key)
    }
}
