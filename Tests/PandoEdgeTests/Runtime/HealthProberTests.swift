import Foundation
import Synchronization
import TestSupport
import Testing

@testable import PandoEdge

/// Probes of servers on real sockets.
@Suite struct HealthProberTests {
    /// A server whose probes are answered with a status that can be changed.
    private final class Probed: Sendable {
        private let state = Mutex((status: 200, hosts: [String]()))
        let server: ScriptedServer

        init(status: Int = 200) throws {
            let box = Box()
            server = try ScriptedServer { connection, _ in
                while true {
                    let head = connection.readHead()
                    if head.isEmpty { return }
                    connection.send(box.probed?.answer(head) ?? "")
                }
            }
            state.withLock { $0.status = status }
            box.set(self)
        }

        func set(_ status: Int) { state.withLock { $0.status = status } }

        var probes: [String] { state.withLock { $0.hosts } }

        private func answer(_ head: String) -> String {
            guard head.hasPrefix("GET /healthz ") else { return PandoEdgeTests.response("served") }
            let status = state.withLock { state in
                state.hosts.append(head)
                return state.status
            }
            return "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n"
        }

        private final class Box: Sendable {
            private let value = Mutex<Probed?>(nil)
            var probed: Probed? { value.withLock { $0 } }
            func set(_ probed: Probed) { value.withLock { $0 = probed } }
        }
    }

    private func withProbed(
        _ servers: [Int],
        _ health: String,
        _ body: (Edge, Int) async throws -> Void
    ) async throws {
        let list = servers.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        let text = "upstreams: {app: {servers: [\(list)], panicThreshold: 0, health: {\(health)}}}"
        try await withEdge(text, body)
    }

    private func health(_ edge: Edge, _ index: Int = 0) -> ServerHealth {
        edge.upstreams[0].servers[index].health(at: Worker.clock())
    }

    private func status(_ port: Int) throws -> String {
        let client = try RawConnection(port: port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return client.readHead().split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }

    @Test(.timeLimit(.minutes(1))) func serverGoesDownAndComesUpByItsAnswers() async throws {
        let probed = try Probed()
        let health = "path: /healthz, interval: 100ms, timeout: 90ms, fall: 2, rise: 2, host: probe.test"
        try await withProbed([probed.server.port], health) { edge, port in
            try await poll { probed.probes.count >= 1 }
            #expect(try status(port) == "200")
            probed.set(500)
            try await poll { self.health(edge) == .down }
            #expect(try status(port) == "503")
            probed.set(204)
            try await poll { self.health(edge) == .healthy }
            #expect(try status(port) == "200")
        }
        #expect(
            probed.probes.allSatisfy { $0.contains("Host: probe.test\r\n") && $0.contains("Connection: close\r\n") }
        )
    }

    @Test(.timeLimit(.minutes(1))) func onlyExpectedStatusesAreGood() async throws {
        let probed = try Probed(status: 200)
        let health = "path: /healthz, interval: 100ms, timeout: 90ms, fall: 1, rise: 1, status: [300-399, 418]"
        try await withProbed([probed.server.port], health) { edge, _ in
            try await poll { self.health(edge) == .down }
            probed.set(418)
            try await poll { self.health(edge) == .healthy }
        }
    }

    @Test(.timeLimit(.minutes(1))) func serverThatHangsOrIsGoneOrLiesIsDown() async throws {
        let hanging = try ScriptedServer { connection, _ in _ = connection.readToEnd() }
        let lying = try ScriptedServer(answering: "SSH-2.0-OpenSSH\r\n\r\n")
        let closing = try ScriptedServer { connection, _ in _ = connection.readHead() }
        let gone = try LoopbackPort()
        let refused = gone.number
        shutdown(gone.socket, Int32(SHUT_RDWR))
        let ports = [hanging.port, lying.port, closing.port, refused]
        try await withProbed(ports, "path: /healthz, interval: 100ms, timeout: 50ms, fall: 1") { edge, _ in
            try await poll { (0..<4).allSatisfy { self.health(edge, $0) == .down } }
        }
        withExtendedLifetime((hanging, lying, closing, gone)) {}
    }

    @Test(.timeLimit(.minutes(1))) func openConnectionIsEnoughForTCP() async throws {
        let silent = try ScriptedServer { connection, _ in _ = connection.readToEnd() }
        try await withProbed([silent.port], "path: tcp, interval: 100ms, timeout: 50ms, fall: 1, rise: 1") { edge, _ in
            try await poll { silent.connections >= 3 }
            #expect(self.health(edge) == .healthy)
            silent.stop()
            try await poll { self.health(edge) == .down }
        }
    }

    @Test(.timeLimit(.minutes(1))) func eachServerIsAskedAtItsOwnPort() async throws {
        let (first, second) = (try Probed(), try Probed(status: 503))
        let site = { try ScriptedServer(answering: response("served")) }
        let sites = [try site(), try site()]
        let servers = zip(sites, [first, second]).map { site, probed in
            "{address: \"127.0.0.1:\(site.port)\", healthPort: \(probed.server.port)}"
        }
        let health = "path: /healthz, interval: 100ms, timeout: 90ms, fall: 1, rise: 1"
        let list = servers.joined(separator: ", ")
        try await withEdge("upstreams: {app: {servers: [\(list)], panicThreshold: 0, health: {\(health)}}}") {
            edge,
            port in
            try await poll { self.health(edge, 1) == .down }
            #expect(self.health(edge, 0) == .healthy)
            #expect(try status(port) == "200")
            second.set(200)
            try await poll { self.health(edge, 1) == .healthy }
        }
    }

    @Test(.timeLimit(.minutes(1))) func failClosedServerIsNotUsedBeforeItsProbes() async throws {
        let probed = try Probed(status: 503)
        let health = "path: /healthz, interval: 100ms, timeout: 90ms, rise: 1, failClosed: true"
        try await withProbed([probed.server.port], health) { edge, port in
            try await poll { probed.probes.count >= 2 }
            #expect(try status(port) == "503")
            probed.set(200)
            try await poll { self.health(edge) == .healthy }
            #expect(try status(port) == "200")
        }
    }

    @Test(.timeLimit(.minutes(1))) func anotherAddressSpeaksForAllServers() async throws {
        let servers = try (0..<2).map { _ in try ScriptedServer(answering: response("x")) }
        let sidecar = try Probed(status: 500)
        let health =
            "path: /healthz, interval: 100ms, timeout: 90ms, fall: 1, rise: 1, "
            + "address: \"127.0.0.1:\(sidecar.server.port)\""
        try await withProbed(servers.map(\.port), health) { edge, _ in
            try await poll { (0..<2).allSatisfy { self.health(edge, $0) == .down } }
            sidecar.set(200)
            try await poll { (0..<2).allSatisfy { self.health(edge, $0) == .healthy } }
        }
        #expect(servers.allSatisfy { $0.connections == 0 })
    }

    @Test(.timeLimit(.minutes(1))) func anotherPortSpeaksForAServer() async throws {
        let server = try ScriptedServer(answering: response("x"))
        let probed = try Probed(status: 500)
        let health = "path: /healthz, interval: 100ms, timeout: 90ms, fall: 1, port: \(probed.server.port)"
        try await withProbed([server.port], health) { edge, _ in
            try await poll { self.health(edge) == .down }
        }
        #expect(server.connections == 0)
    }

    /// A reload each moment must not begin the probes' waiting anew.
    @Test(.timeLimit(.minutes(1))) func probesGoOnWhileTheFileIsReadAgain() async throws {
        let probed = try Probed()
        try await withProbed([probed.server.port], "path: /healthz, interval: 200ms, timeout: 90ms") { edge, _ in
            try await poll {
                try edge.reload(edge.configuration)
                return probed.probes.count >= 4
            }
            var configuration = edge.configuration
            configuration.upstreams[0].health = nil
            try edge.reload(configuration)
            try await poll { self.health(edge) == .healthy }
        }
    }
}
