import Foundation
import Testing

@testable import PandoEdge

/// The description of the example service loads, and the requests of its clients are as described.
@Suite struct HotelDescriptionTests {
    private let plan: OpenAPIPlan

    init() throws {
        var folder = URL(filePath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        let file = folder.appending(path: "Examples/Hotel/Service/Resources/openapi.json").path
        plan = try OpenAPIPlan.load(.init(file: file), adopting: nil, "routes[0]")
    }

    private func judge(_ method: String, _ target: String, _ fields: [String: String] = [:], body: String = "") throws {
        let head = Head()
        head.methodName = head.append(method)
        head.method = Method(head.bytes(head.methodName))
        head.target = head.append(target)
        for (name, value) in fields { head.add(name: name, value) }
        if !body.isEmpty { head.add(.contentType, "application/json") }
        guard case .gather(let schema) = try plan.judge(head, hasBody: !body.isEmpty) else { return }
        try Array(body.utf8).withUnsafeBufferPointer { try plan.check($0, schema) }
    }

    private static let id = "0197f4f2-7b3c-7d6e-8f10-a1b2c3d4e5f6"
    private static let booking = """
        {"hotelID": "\(id)", "roomTypeID": "\(id)", "from": "2026-12-01", "to": "2026-12-03", "guests": 2}
        """

    @Test(arguments: [
        ("GET", "/api/hotels?q=seoul&from=2026-12-01&to=2026-12-03&guests=2&sort=price", ""),
        ("GET", "/m/api/hotels?city=seoul", ""), ("GET", "/api/hotels/\(id)", ""),
        ("GET", "/api/hotels/\(id)/availability?from=2026-12-01&to=2026-12-31", ""), ("GET", "/api/me", ""),
        (
            "POST", "/api/accounts",
            #"{"email":"min@example.com","password":"correct horse","name":"민","language":"ko"}"#
        ),
        ("POST", "/api/session", #"{"email":"min@example.com","password":"no"}"#), ("DELETE", "/api/session", ""),
        ("POST", "/api/reservations", booking), ("POST", "/m/api/reservations", booking),
        ("GET", "/api/reservations", ""), ("DELETE", "/api/reservations/\(id)", ""),
    ])
    func requestsOfItsClientsPass(method: String, target: String, body: String) throws {
        try judge(method, target, ["idempotency-key": "a"], body: body)
    }

    @Test(arguments: [
        ("GET", "/api/hotels?guests=5", ""), ("GET", "/api/hotels?sort=best", ""), ("GET", "/api/hotels/1", ""),
        ("GET", "/api/hotels/\(id)/availability?from=2026-12-01", ""), ("PUT", "/api/me", ""),
        ("GET", "/api/nothing", ""),
        ("POST", "/api/accounts", #"{"email":"x","password":"short","name":""}"#), ("POST", "/api/session", "[1]"),
        ("POST", "/api/reservations", #"{"hotelID":"1"}"#), ("POST", "/api/reservations", ""),
    ])
    func otherRequestsDoNot(method: String, target: String, body: String) {
        #expect(throws: OpenAPIProblem.self) { try judge(method, target, body: body) }
    }
}
