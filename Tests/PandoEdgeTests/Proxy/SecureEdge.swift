import Foundation
import PandoEdge
import Testing

/// An edge with certificates of a test's authority, and the clients that go to it.
struct SecureEdge {
    let authority: TestAuthority
    let port: Int
    let edge: Edge

    /// Runs an edge that speaks TLS in front of servers while `body` runs.
    ///
    /// - Parameters:
    ///   - listener: Further keys of the listener, in braces' form: `, minimumTLS: "1.3"`.
    ///   - more: Further lines of the configuration.
    static func with(
        _ servers: [ScriptedServer],
        listener: String = "",
        _ more: String = "",
        _ body: (SecureEdge) async throws -> Void
    ) async throws {
        let authority = try TestAuthority.shared.get()
        let files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        let pair = "{certificate: \"\(files.certificate)\", key: \"\(files.key)\"}"
        let upstream = servers.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
        let text = """
            listeners: [{address: "127.0.0.1:0", protocol: https, certificates: [\(pair)]\(listener)}]
            workers: 1
            drainTimeout: 0s
            upstream: [\(upstream)]
            \(more)

            """
        let edge = try Edge(try decoded(text))
        let result: Result<Void, any Error>
        do {
            let port = try #require(edge.addresses.first?.port)
            try await body(SecureEdge(authority: authority, port: port, edge: edge))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await edge.stop()
        withExtendedLifetime(servers) {}
        try result.get()
    }

    /// Runs a command, in which `URL` stands for the edge's address.
    func run(_ command: String) throws -> String {
        let words = command.replacing("URL", with: "https://localhost:\(port)").split(separator: " ").map(String.init)
        return try ChildProcess.run(words).output
    }

    /// Runs `curl` with the authority's root, and gives what it prints.
    func curl(_ arguments: String) throws -> String { try run("curl -sS -i --cacert \(authority.root) \(arguments)") }
}

extension ScriptedServer {
    /// Answers each request with the length and the sum of its body, or for `GET /N` with N bytes.
    convenience init(echoing: Void) throws {
        try self.init { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                let target = head.split(separator: " ")[1].dropFirst()
                guard !head.hasPrefix("GET"), !head.hasPrefix("HEAD") else {
                    let body = String(repeating: "x", count: Int(target) ?? 2)
                    connection.send(
                        head.hasPrefix("HEAD") ? response(body).replacing(body, with: "") : response(body)
                    )
                    continue
                }
                let body = Self.body(connection, head)
                connection.send(response("\(body.count) \(body.reduce(0) { ($0 + Int($1)) & 0xFFFF })"))
            }
        }
    }

    /// The body of a request whose head was read.
    static func body(_ connection: RawConnection, _ head: String) -> [UInt8] {
        for line in head.split(separator: "\r\n") where line.hasPrefix("Content-Length: ") {
            return connection.read(Int(line.dropFirst(16)) ?? 0)
        }
        var body: [UInt8] = []
        while head.contains("Transfer-Encoding: chunked") {
            let size = Int(connection.readThrough("\r\n").dropLast(), radix: 16) ?? 0
            if size == 0 {
                _ = connection.readThrough("\r\n")
                break
            }
            body += connection.read(size)
            _ = connection.read(2)
        }
        return body
    }
}
