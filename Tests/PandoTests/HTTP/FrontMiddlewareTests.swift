import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PandoTelemetry
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct FrontMiddlewareTests {
    private struct Secret: Error {
        let password = "hunter2"
    }

    private struct Booking: Codable {
        struct Guest: Codable {
            var name: String
        }
        var nights: Int
        var guests: [Guest]
    }

    private static func routes(_ router: Router<AppContext>) {
        router.get("item/{id}") { _, context in context.parameters.get("id") ?? "" }
        router.get("broken") { _, _ -> String in throw Secret() }
        router.get("teapot") { _, _ -> String in throw HTTPError(.init(code: 418), message: "short and stout") }
        router.get("who") { _, context in "\(context.clientAddress) \(context.isSecure)" }
        router.get("page") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/html; charset=utf-8", .referrerPolicy: "no-referrer"])
        }
        router.post("bookings") { request, context in
            let booking = try await request.decode(as: Booking.self, context: context)
            var check = ValidationError()
            check.require(booking.nights > 0, "nights", "must be at least 1")
            check.require(!booking.guests.isEmpty, "guests", "must name somebody")
            try check.throwIfNeeded()
            return "\(booking.nights)"
        }
    }

    private func members(_ response: TestResponse) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView))
        return try #require(object as? [String: Any])
    }

    @Test func answersCarryIdAndSecurityHeaders() async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            let answer = try await client.execute(uri: "/item/7", method: .get)
            #expect(answer.status == .ok)
            #expect((answer.headers[.xRequestID] ?? "").count >= 16)
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
            #expect(answer.headers[.strictTransportSecurity] == nil)
            let page = try await client.execute(uri: "/page", method: .get)
            #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
            #expect(page.headers[.referrerPolicy] == "no-referrer")
        }
    }

    @Test(arguments: [("abc-123_X.y", true), ("a b", false), ("", false), (String(repeating: "x", count: 65), false)])
    func takesTheClientsIdOnlyIfItIsPlain(id: String, taken: Bool) async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            let answer = try await client.execute(uri: "/item/7", method: .get, headers: [.xRequestID: id])
            #expect((answer.headers[.xRequestID] == id) == taken)
        }
    }

    @Test func unknownErrorsLeakNothing() async throws {
        let server = TestServer()
        try await server.application(Self.routes).test(.router) { client in
            let answer = try await client.execute(uri: "/broken", method: .get, headers: [.xRequestID: "r1"])
            #expect(answer.status == .internalServerError)
            #expect(answer.headers[.contentType] == "application/problem+json")
            let text = String(buffer: answer.body)
            #expect(!text.contains("hunter2") && !text.contains("Secret"))
            let problem = try members(answer)
            #expect(problem["code"] as? String == "internal-error")
            #expect(problem["status"] as? Int == 500)
            #expect(problem["requestID"] as? String == "r1")
            #expect(problem["instance"] as? String == "/broken")
        }
        let line = "pando_http_requests_total{route=\"/broken\",method=\"GET\",status=\"500\"} 1"
        #expect(server.registry.exposition().contains(line))
    }

    @Test func hummingbirdErrorsKeepTheirStatusAndMessage() async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            let answer = try await client.execute(uri: "/teapot", method: .get)
            #expect(answer.status.code == 418)
            #expect(try members(answer)["detail"] as? String == "short and stout")
        }
    }

    @Test func unmatchedPathsShareOneSeries() async throws {
        let server = TestServer()
        try await server.application(Self.routes).test(.router) { client in
            for path in ["/nothing", "/here", "/item"] {
                let answer = try await client.execute(uri: path, method: .get)
                #expect(answer.status == .notFound)
                #expect(try members(answer)["code"] as? String == "not-found")
            }
        }
        let text = server.registry.exposition()
        #expect(text.contains("pando_http_requests_total{route=\"unmatched\",method=\"GET\",status=\"404\"} 3"))
        #expect(text.contains("pando_http_request_duration_seconds_count{route=\"unmatched\",method=\"GET\"} 3"))
    }

    @Test(arguments: [
        (#"{"nights":1,"guests":[{}]}"#, "/guests/0/name", "is missing"),
        (#"{"nights":"x","guests":[]}"#, "/nights", "must be a whole number"),
        (#"{"nights":1,"guests":[{"name":null}]}"#, "/guests/0/name", "must not be null"),
    ]) func decodingErrorsNameTheField(body: String, field: String, message: String) async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            let answer = try await client.execute(uri: "/bookings", method: .post, body: ByteBuffer(string: body))
            #expect(answer.status == .badRequest)
            let errors = try #require(try members(answer)["errors"] as? [[String: String]])
            #expect(errors == [["field": field, "message": message]])
        }
    }

    @Test func bodiesThatAreNoJSONAreRefused() async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            for body in ["{", "", "nonsense", "\u{0}"] {
                let answer = try await client.execute(uri: "/bookings", method: .post, body: ByteBuffer(string: body))
                #expect(answer.status == .badRequest, "\(body)")
            }
            let form = try await client.execute(
                uri: "/bookings",
                method: .post,
                headers: [.contentType: "text/plain"],
                body: ByteBuffer(string: "{}")
            )
            #expect(form.status == .unsupportedMediaType)
            let large = ByteBuffer(repeating: UInt8(ascii: " "), count: 2 * 1024 * 1024)
            let refused = try await client.execute(uri: "/bookings", method: .post, body: large)
            #expect(refused.status == .contentTooLarge)
        }
    }

    @Test func validationListsEveryField() async throws {
        try await TestServer().application(Self.routes).test(.router) { client in
            let body = ByteBuffer(string: #"{"nights":0,"guests":[]}"#)
            let answer = try await client.execute(uri: "/bookings", method: .post, body: body)
            #expect(answer.status == .unprocessableContent)
            let errors = try #require(try members(answer)["errors"] as? [[String: String]])
            #expect(errors.compactMap { $0["field"] } == ["nights", "guests"])
        }
    }

    @Test func rateLimitSparesLoopbackAndLimitsTheRest() async throws {
        var server = TestServer()
        server.rateLimit = RateLimit(requestsPerSecond: 0.01, burst: 2)
        server.proxies = try #require(TrustedProxies(["127.0.0.1"]))
        try await server.application(Self.routes).test(.live) { client in
            for _ in 0..<5 {
                let answer = try await client.execute(uri: "/item/7", method: .get)
                #expect(answer.status == .ok)
            }
            let fields: HTTPFields = [.xForwardedFor: "203.0.113.9", .xForwardedProto: "https"]
            let first = try await client.execute(uri: "/who", method: .get, headers: fields)
            #expect(String(buffer: first.body) == "203.0.113.9 true")
            #expect(first.headers[.rateLimit] == "\"default\";r=1;t=100")
            #expect(first.headers[.strictTransportSecurity] != nil)
            _ = try await client.execute(uri: "/who", method: .get, headers: fields)
            let third = try await client.execute(uri: "/who", method: .get, headers: fields)
            #expect(third.status == .tooManyRequests)
            #expect(third.headers[.retryAfter] == "100")
            #expect(try members(third)["code"] as? String == "rate-limited")
        }
    }

    @Test func routesMayHaveARateOfTheirOwn() async throws {
        try await TestServer().application { router in
            router.group("login")
                .add(middleware: RateLimitMiddleware(RateLimit(requestsPerSecond: 0.01, burst: 1, name: "login")))
                .post { _, _ in "in" }
            router.get("free") { _, _ in "free" }
        }.test(.router) { client in
            let first = try await client.execute(uri: "/login", method: .post)
            #expect(first.headers[.rateLimitPolicy] == "\"login\";q=1;w=100")
            let second = try await client.execute(uri: "/login", method: .post)
            #expect(second.status == .tooManyRequests)
            #expect(try await client.execute(uri: "/free", method: .get).status == .ok)
        }
    }

    @Test func tracesFollowTheCallerAndCarryTheRoute() async throws {
        var server = TestServer()
        let traces = TraceStore()
        server.traces = traces
        try await server.application(Self.routes).test(.router) { client in
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            let fields: HTTPFields = [.traceparent: "00-\(trace)-00f067aa0ba902b7-01", .tracestate: "a=1"]
            let answer = try await client.execute(uri: "/item/7", method: .get, headers: fields)
            #expect(answer.headers[.traceResponse]?.hasPrefix("00-\(trace)-") == true)
            _ = try await client.execute(uri: "/item/8", method: .get, headers: [.traceparent: "nonsense"])
            let record = try #require(traces.recentTraces.last)
            #expect("\(record.id)" == trace)
            #expect(record.name == "GET /item/{id}")
            #expect(traces.recentTraces.count == 2)
        }
    }
}
