import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import PandoEdge

/// Names of servers, which may come to mean other addresses.
@Suite struct NameTests {
    private final class Names: Sendable {
        private let ports: Mutex<[Int]>
        init(_ ports: [Int]) { self.ports = Mutex(ports) }
        func set(_ ports: [Int]) { self.ports.withLock { $0 = ports } }

        /// The names mean the loopback address at ports that change.
        var resolver: NameResolver {
            NameResolver { [self] _, _ in
                ports.withLock { $0.compactMap { SocketAddress(host: "127.0.0.1", port: $0) } }
            }
        }
    }

    private func withNames(_ names: Names, _ body: (Edge, RawConnection) async throws -> Void) async throws {
        let text = "listen: \"127.0.0.1:0\"\nworkers: 1\ndrainTimeout: 0s\naccessLog: off\nupstream: [app.test:80]\n"
        let edge = try Edge(try decoded(text), resolver: names.resolver, nameInterval: .milliseconds(20))
        do {
            try await body(edge, RawConnection(port: try #require(edge.addresses.first?.port)))
        } catch {
            Issue.record(error)
        }
        await edge.stop()
    }

    private func ask(_ client: RawConnection) -> String {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.readHead()
        return client.text(3)
    }

    @Test(.timeLimit(.minutes(1))) func serverFollowsItsNameWithoutDroppingWhatIsUnderWay() async throws {
        let isAsked = Mutex(false)
        let mayAnswer = DispatchSemaphore(value: 0)
        let old = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            isAsked.withLock { $0 = true }
            mayAnswer.wait()
            connection.send(response("old"))
        }
        let new = try ScriptedServer(answering: response("new"))
        let names = Names([old.port])
        try await withNames(names) { edge, client in
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await poll { isAsked.withLock { $0 } }
            names.set([new.port])
            try await poll { edge.generation == 2 }
            let other = try RawConnection(port: try #require(edge.addresses.first?.port))
            #expect(ask(other) == "new")
            mayAnswer.signal()
            _ = client.readHead()
            #expect(client.text(3) == "old")
            #expect(ask(client) == "new")
        }
    }

    @Test func addressStaysWhileItsNameHasItOrHasNone() throws {
        let names = Names([1, 2])
        let endpoint = try decoded("listen: 80\nupstream: [app.test:80]").upstreams[0].servers[0].endpoint
        func address(_ known: Int?) throws -> Int? {
            let known = known.flatMap { SocketAddress(host: "127.0.0.1", port: $0) }
            return try names.resolver.address(endpoint, known: known, "servers").port
        }
        #expect(try address(nil) == 1)
        #expect(try address(2) == 2)
        #expect(try address(3) == 1)
        names.set([])
        #expect(try address(2) == 2)
        #expect(throws: EdgeIssue.self) { try address(nil) }
    }
}
