import Foundation
import Synchronization

@testable import PandoEdge

/// Runs an edge whose one route caches, in front of a server.
func withCachedEdge(
    _ server: ScriptedServer,
    _ rule: String = "on",
    _ more: String = "",
    _ body: (Edge, Int) async throws -> Void
) async throws {
    let text = """
        upstreams: {a: {servers: ["127.0.0.1:\(server.port)"], retries: {attempts: 0}}}
        routes: [{path: /*, upstream: a, cache: \(rule)}]
        \(more)
        """
    try await withEdge(text) { edge, port in
        defer { withExtendedLifetime(server) {} }
        try await body(edge, port)
    }
}

/// What a test's server is asked, and how often.
final class Asked: Sendable {
    private let heads = Mutex<[String]>([])

    var count: Int { heads.withLock { $0.count } }
    var last: String { heads.withLock { $0.last ?? "" } }

    /// Notes a request. Returns its number, from 0.
    @discardableResult
    func note(_ head: String) -> Int {
        heads.withLock { heads in
            heads.append(head)
            return heads.count - 1
        }
    }
}

/// A gate that a test's server waits at, ten seconds at most.
final class Gate: Sendable {
    private let isOpen = DispatchSemaphore(value: 0)

    func open() { isOpen.signal() }

    func pass() { _ = isOpen.wait(timeout: .now() + 10) }
}

extension ScriptedServer {
    /// A server that gives each request to `answer`, with its number, and sends what that returns; nothing is the end.
    convenience init(_ asked: Asked, _ answer: @escaping @Sendable (String, Int) -> String) throws {
        try self.init { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                let text = answer(head, asked.note(head))
                if text.isEmpty { return }
                connection.send(text)
            }
        }
    }
}

/// An answer of the edge.
struct Answer {
    let head: String
    let body: String

    /// The value of a field.
    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ":") {
            return String(line.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    var cacheStatus: String { field("cache-status") ?? "" }
    var isHit: Bool { cacheStatus.contains("; hit") }
    var status: String { String(head.dropFirst(9).prefix(3)) }
}

/// Sends a request on a connection of its own, and takes the answer.
func get(_ port: Int, _ target: String = "/", _ fields: String = "", method: String = "GET") throws -> Answer {
    let client = try RawConnection(port: port)
    client.send("\(method) \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n")
    let head = client.readHead()
    return Answer(head: head, body: String(decoding: client.readToEnd(), as: UTF8.self))
}

/// Waits until something holds, five seconds at most.
func holds(_ condition: () throws -> Bool) async throws -> Bool {
    for _ in 0..<500 {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
