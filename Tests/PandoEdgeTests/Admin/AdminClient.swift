import Foundation
import Testing

@testable import PandoEdge

/// Asks the admin interface of an edge.
struct AdminClient {
    let port: Int

    init(_ edge: Edge) throws { port = try #require(edge.adminAddress?.port) }

    /// Sends a request such as `GET /edge`; a body is JSON.
    func ask(_ what: String, _ body: String = "", _ fields: String = "", host: String = "127.0.0.1") throws -> Answer {
        let client = try RawConnection(port: port)
        let length = body.isEmpty ? "" : "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        client.send("\(what) HTTP/1.1\r\nHost: \(host)\r\n\(length)\(fields)\r\n\(body)")
        return Self.answer(client)
    }

    /// Sends bytes as they are.
    func send(_ text: String) throws -> Answer {
        let client = try RawConnection(port: port)
        client.send(text)
        return Self.answer(client)
    }

    static func answer(_ client: RawConnection) -> Answer {
        let head = client.readHead()
        return Answer(head: head, body: String(decoding: client.readToEnd(), as: UTF8.self))
    }

    func state() throws -> EdgeState {
        try JSONDecoder().decode(EdgeState.self, from: Data(try ask("GET /edge").body.utf8))
    }
}

/// Runs an edge with an admin interface on a port of its own.
func withAdmin(_ configuration: String, _ body: (Edge, Int, AdminClient) async throws -> Void) async throws {
    try await withEdge("admin: \"127.0.0.1:0\"\n\(configuration)") { edge, port in
        try await body(edge, port, try AdminClient(edge))
    }
}
