import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Over TLS, against the commands `h2load`, `nghttp` and `curl`.
@Suite(.timeLimit(.minutes(1))) struct HTTP2RealPeerTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    private func run(_ command: String) throws -> String {
        try ChildProcess.run(command.split(separator: " ").map(String.init)).output
    }

    @Test func manyRequestsAtOnceAllSucceed() async throws {
        let server = try TestHTTP2Server(authority.context())
        defer { server.stop() }
        let output = try run("h2load -n 3000 -c 1 -m 50 https://127.0.0.1:\(server.port)/1000")
        #expect(output.contains("3000 succeeded, 0 failed, 0 errored, 0 timeout"))
        #expect(output.contains("(3000000) data"))
        try await eventually("the connection ended") { !server.ends.isEmpty }
        #expect(server.ends == [nil])
    }

    @Test func largeBodiesGoThroughSmallWindows() throws {
        let server = try TestHTTP2Server(authority.context())
        defer { server.stop() }
        // Windows of 2^12 and 2^14 bytes.
        let output = try run("h2load -n 20 -c 1 -m 10 -w 12 -W 14 https://127.0.0.1:\(server.port)/1000000")
        #expect(output.contains("20 succeeded, 0 failed"))
        #expect(output.contains("(20000000) data"))
    }

    @Test func bodiesOfRequestsArrive() throws {
        let server = try TestHTTP2Server(authority.context())
        defer { server.stop() }
        let file = authority.path("upload")
        try Data(repeating: 7, count: 3_000_000).write(to: URL(fileURLWithPath: file))
        let output = try run(
            "curl -sS --http2 --cacert \(authority.root) -D - -o /dev/null --data-binary @\(file)"
                + " https://localhost:\(server.port)/"
        )
        #expect(output.contains("HTTP/2 200"))
        #expect(output.contains("x-received: 3000000"))
    }

    @Test func anotherClientUnderstandsIt() throws {
        let server = try TestHTTP2Server(authority.context())
        defer { server.stop() }
        let output = try run("nghttp -v --no-verify-peer https://localhost:\(server.port)/10")
        #expect(output.contains(":status: 200"))
        #expect(output.contains("xxxxxxxxxx"))
        #expect(output.contains("SETTINGS_NO_RFC7540_PRIORITIES(0x09):1"))
    }
}
