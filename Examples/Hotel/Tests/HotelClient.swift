import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import PandoDatabase
import Synchronization
import Testing

@testable import HotelService

/// A client of a hotel service under test. It keeps cookies as a browser does, follows no redirect, and holds every answer of
/// the API to the OpenAPI document.
final class HotelClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        func json<T: Decodable>(_ type: T.Type = T.self) throws -> T {
            try JSONDecoder().decode(type, from: Data(text.utf8))
        }
    }

    let contract = APIContract()
    /// The copies of the service, asked in turn: a request that needs the one of the request before must fail.
    private let bases: [String]
    private let turn = Atomic(0)
    private let cookie: String?

    init(ports: [Int], cookie: String? = nil) {
        bases = ports.map { "http://127.0.0.1:\($0)" }
        self.cookie = cookie
    }

    private init(bases: [String], cookie: String?) {
        self.bases = bases
        self.cookie = cookie
        // The copy that gave the cookie is not the first to see it.
        turn.store(1, ordering: .relaxed)
    }

    private var base: String { bases[turn.add(1, ordering: .relaxed).oldValue % bases.count] }

    /// The same client with the cookie that an answer set.
    func with(_ answer: Answer) -> HotelClient {
        HotelClient(
            bases: bases,
            cookie: answer.headers.first(name: "Set-Cookie").map { String($0.prefix { $0 != ";" }) }
        )
    }

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await send(.GET, path, headers: headers)
    }

    func delete(_ path: String) async throws -> Answer { try await send(.DELETE, path) }

    func post(_ path: String, json: some Encodable, key: String? = nil) async throws -> Answer {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let key { headers.add(name: "Idempotency-Key", value: key) }
        return try await send(
            .POST,
            path,
            headers: headers,
            body: String(decoding: JSONEncoder().encode(json), as: UTF8.self)
        )
    }

    /// Posts a form as a browser does.
    func post(_ path: String, form: [(String, String)]) async throws -> Answer {
        let body = String(QueryString(form.map { ($0.0, $0.1) }).description.dropFirst())
        let headers: HTTPHeaders = [
            "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin",
        ]
        return try await send(.POST, path, headers: headers, body: body)
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        headers: HTTPHeaders = [:],
        body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers = headers
        if let cookie { request.headers.add(name: "Cookie", value: cookie) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.http.execute(request, timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 4 << 20))
        let answer = Answer(status: Int(response.status.code), headers: response.headers, text: text)
        if path.hasPrefix("/api") || path.hasPrefix("/m/api") {
            let faults = try contract.faults(method.rawValue, path, answer)
            #expect(faults.isEmpty, "\(method) \(path) answered \(answer.status): \(faults)")
        }
        return answer
    }

    private static let http = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
    )
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
        #expect(try await post("/api/accounts", json: form).status == 201)
        let answer = try await post("/api/session", json: Credentials(email: form.email, password: form.password))
        #expect(answer.status == 201)
        return with(answer)
    }

    /// Asks for a room.
    func book(_ room: RoomType, _ stay: Stay, key: String = "\(Identifier())") async throws -> Answer {
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
