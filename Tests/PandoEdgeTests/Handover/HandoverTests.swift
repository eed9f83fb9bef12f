import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Real processes of an edge hand their sockets to one another, and are killed at it.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HandoverTests {
    private static let hello = "routes: [{path: /*, respond: {status: 200, body: hello}}]"

    private func answer(_ port: Int) throws -> String { try get(port).body }

    @Test func noRequestFailsWhileOneProcessFollowsAnother() async throws {
        // Head and body apart, as many servers send them.
        let server = try ScriptedServer { connection, _ in
            while !connection.readHead().isEmpty {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                connection.send("hello")
            }
        }
        let edge = try await EdgeProcess("upstream: \"127.0.0.1:\(server.port)\"")
        let load = HandoverLoad(port: edge.port, clients: 6)
        var processes = [edge.serving]
        for _ in 0..<4 {
            let before = load.good
            try await edge.handOver()
            processes.append(edge.serving)
            try await eventually("requests go on") { load.good > before + 50 }
        }
        let counts = try await load.end()
        #expect(counts.failures == [])
        #expect(Set(processes).count == 5 && processes.dropLast().allSatisfy { !EdgeProcess.runs($0) })
    }

    @Test func unixSocketsAndTheAdminInterfaceGoWithIt() async throws {
        let edge = try await EdgeProcess(Self.hello)
        let path = edge.files.folder + "/admin.sock"
        let admin = AdminCaller(.unix(path), token: nil)
        func process() async throws -> Int {
            let body = try await admin.call("GET", "/edge").body
            return try JSONDecoder().decode(EdgeState.self, from: Data(body)).processID
        }
        #expect(try await process() == Int(edge.serving))
        try await edge.handOver()
        #expect(try await process() == Int(edge.serving))
        #expect(FileManager.default.fileExists(atPath: edge.files.folder + "/http.sock"))
        let last = edge.serving
        kill(last, SIGTERM)
        try await eventually("it ends") { edge.number("ended") == last }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func whatIsUnderWayEndsWhereItBegan() async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            gate.pass()
            connection.send(response("late"))
        }
        let edge = try await EdgeProcess("upstream: \"127.0.0.1:\(server.port)\"")
        let client = try RawConnection(port: edge.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try await eventually("the server is asked") { server.connections == 1 }
        let old = edge.serving
        edge.askForSuccessor()
        try await eventually("another process serves") { edge.serving != old }
        #expect(EdgeProcess.runs(old))
        gate.open()
        let head = client.readHead()
        #expect(head.hasPrefix("HTTP/1.1 200"))
        // And then the connection ends.
        #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "late")
        try await eventually("the old process ends") { edge.number("ended") == old }
    }

    @Test(arguments: ["start", "listening"])
    func aNewProcessThatIsKilledChangesNothing(_ step: String) async throws {
        let edge = try await EdgeProcess(Self.hello)
        let first = edge.serving
        let load = HandoverLoad(port: edge.port, clients: 2)
        try edge.pause(at: step)
        edge.askForSuccessor()
        try await eventually("it waits") { edge.number("paused") != nil }
        let isWaiting = edge.number("paused")
        // What changes the edge waits for the new process, which would not know of it. One that listens may get the request itself.
        if step == "start" {
            let admin = AdminCaller(.unix(edge.files.folder + "/admin.sock"), token: nil)
            #expect(try await admin.call("POST", "/reload", Array("{}".utf8)).status == 503)
        }
        kill(try #require(isWaiting), SIGKILL)
        try await eventually("the old process knows") { edge.said("failed").contains("signal 9") }
        #expect(try answer(edge.port) == "hello" && edge.serving != isWaiting && EdgeProcess.runs(first))
        try edge.pause(at: nil)
        let asking = first
        kill(asking, SIGUSR2)
        try await eventually("the next one serves") { edge.number("ended") == asking }
        #expect(try answer(edge.port) == "hello")
        // One that listened may have died with a connection in its hands.
        let failures = try await load.end().failures
        #expect(step == "listening" || failures == [])
    }

    @Test func anOldProcessThatIsKilledMeanwhileIsFollowedAllTheSame() async throws {
        let edge = try await EdgeProcess(Self.hello)
        let old = edge.serving
        try edge.pause(at: "listening")
        edge.askForSuccessor()
        try await eventually("it waits") { edge.number("paused") != nil }
        kill(old, SIGKILL)
        try await eventually("the old process is gone") { !EdgeProcess.runs(old) }
        // Nobody accepts, and yet nobody is refused: the socket's queue takes the connection.
        let client = try RawConnection(port: edge.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        try edge.pause(at: nil)
        #expect(String(decoding: client.readToEnd(), as: UTF8.self).hasSuffix("hello"))
        try await eventually("it serves") { edge.serving != old }
        try await edge.handOver()
        #expect(try answer(edge.port) == "hello")
    }

    @Test func anOldProcessThatIsKilledWhileItEndsTakesOnlyItsOwnRequestsAlong() async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection, number in
            _ = connection.readHead()
            if number == 0 { gate.pass() }
            connection.send(response("hello"))
        }
        let edge = try await EdgeProcess("upstream: \"127.0.0.1:\(server.port)\"")
        let held = try RawConnection(port: edge.port)
        held.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try await eventually("the server is asked") { server.connections == 1 }
        let old = edge.serving
        edge.askForSuccessor()
        try await eventually("another process serves") { edge.serving != old }
        kill(old, SIGKILL)
        #expect(held.readToEnd().isEmpty)
        for _ in 0..<20 { #expect(try answer(edge.port) == "hello") }
        gate.open()
    }

    @Test func aFileWithMistakesKeepsTheOldProcess() async throws {
        let edge = try await EdgeProcess(Self.hello)
        try edge.files.write("edge.yaml", EdgeProcess.configuration(edge.files, "rutes: []"))
        let old = edge.serving
        edge.askForSuccessor()
        try await eventually("it says so") { edge.said("failed").contains("ended before it served") }
        #expect(edge.serving == old && EdgeProcess.runs(old))
        #expect(try answer(edge.port) == "hello")
    }

    @Test func theServiceManagerIsToldWhoServes() async throws {
        let files = try EdgeFiles()
        let path = files.folder + "/notify"
        let manager = try DatagramSocket(path)
        let edge = try await EdgeProcess(Self.hello, environment: ["NOTIFY_SOCKET": path])
        #expect(manager.receive() == "READY=1\nMAINPID=\(edge.serving)\n")
        try await edge.handOver()
        #expect(manager.receive() == "READY=1\nMAINPID=\(edge.serving)\n")
    }

    /// A client that was told that it may go on does, however the connection stands when the edge ends.
    @Test func aConnectionMayAskOnceMoreBeforeItEnds() async throws {
        let gate = Gate()
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
            gate.pass()
            connection.send("late")
            _ = connection.readHead()
            connection.send(response("more"))
        }
        let text = "listen: \"127.0.0.1:0\"\nworkers: 1\naccessLog: off\nupstream: \"127.0.0.1:\(server.port)\"\n"
        let edge = try Edge(try decoded(text))
        let port = try #require(edge.addresses.first?.port)
        let (idle, busy) = (try RawConnection(port: port), try RawConnection(port: port))
        busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!busy.readHead().lowercased().contains("connection: close"))
        try await poll { edge.liveState.listeners.map(\.connections) == [2] }
        edge.handedOver()
        async let ended: Void = edge.stop()
        try await poll { edge.isStopping }
        gate.open()
        #expect(busy.text(4) == "late")
        busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(busy.readHead().lowercased().contains("connection: close"))
        #expect(busy.text(4) == "more" && busy.readToEnd().isEmpty && busy.hasEnded)
        #expect(idle.readToEnd().isEmpty && idle.hasEnded)
        await ended
    }

    @Test func aProgramThatIsNotThereIsSaid() async throws {
        try await withEdge(Self.hello) { edge, port in
            let error = await #expect(throws: HandoverError.self) {
                try await edge.handOver(to: ["/nowhere/edge"])
            }
            #expect(error?.description == "'/nowhere/edge' cannot be started: No such file or directory")
            let late = await #expect(throws: HandoverError.self) {
                try await edge.handOver(to: ["sleep", "60"], limit: .milliseconds(50))
            }
            #expect(late?.description == "the new process did not serve within 50ms")
            let body = try answer(port)
            #expect(body == "hello")
        }
    }
}

/// A socket of a service manager.
private final class DatagramSocket {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let address = try #require(SocketAddress(host: path, port: 0))
        #expect(address.withPointer { bind(descriptor, $0, $1) } == 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    func receive() -> String {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
