import Foundation
import Synchronization
import TestSupport
import Testing

@testable import PandoEdge

/// A line for each request, whatever the client puts into it and however slow the disk is.
@Suite struct AccessLogTests {
    @Test(.timeLimit(.minutes(1))) func lineTellsOfARequestThatWentToAServer() async throws {
        let files = try EdgeFiles()
        let server = try ScriptedServer(answering: response("hello"))
        try await withEdge([server], "accessLog: {file: \(files.folder)/log}") { port in
            let client = try RawConnection(port: port)
            client.send("POST /a?b=c HTTP/1.1\r\nHost: example.org\r\nUser-Agent: probe/1\r\nReferer: http://r/\r\n")
            client.send("Content-Length: 3\r\n\r\nabc")
            _ = client.readHead()
            #expect(client.text(5) == "hello")
        }
        let line = try #require(try files.lines("log").first)
        #expect(line.text("method") == "POST")
        #expect(line.text("target") == "/a?b=c")
        #expect(line.text("host") == "example.org")
        #expect(line.text("client") == "127.0.0.1")
        #expect(line.text("version") == "1.1")
        #expect(line.text("end") == "complete")
        #expect(line.text("upstream") == "default")
        #expect(line.text("server") == "127.0.0.1:\(server.port)")
        #expect(line.text("userAgent") == "probe/1")
        #expect(line.text("referer") == "http://r/")
        #expect(line.number("status") == 200)
        #expect(line.number("sentBytes") == 5)
        #expect(line.number("receivedBytes") == 3)
        #expect(line.number("attempts") == 1)
        #expect(try #require(line.number("durationMicroseconds")) >= (try #require(line.number("serverMicroseconds"))))
        let time = try #require(line.text("time"))
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test(.timeLimit(.minutes(1))) func eachRequestOfAConnectionHasALineAndARefusedOneToo() async throws {
        let files = try EdgeFiles()
        let server = try ScriptedServer(answering: response("a"))
        try await withEdge([server], "accessLog: {file: \(files.folder)/log}") { port in
            let client = try RawConnection(port: port)
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            for _ in 0..<2 {
                _ = client.readHead()
                _ = client.read(1)
            }
            client.send("GET /3 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
            #expect(client.readHead().contains(" 400 "))
        }
        let lines = try files.lines("log")
        #expect(lines.map { $0.number("status") } == [200, 200, 400])
        #expect(lines.prefix(2).map { $0.text("target") } == ["/1", "/2"])
        #expect(lines.last?.text("rejected") == "malformed")
    }

    /// A client learns nothing of what is behind the edge.
    @Test(.timeLimit(.minutes(1))) func whatIsWrongBehindTheEdgeIsToldToTheLogAlone() async throws {
        let files = try EdgeFiles()
        let closed = try ScriptedServer(answering: response("a"))
        let port = closed.port
        closed.stop()
        let text = "upstream: [\"127.0.0.1:\(port)\"]\naccessLog: {file: \(files.folder)/log}"
        try await withEdge(text) { _, edge in
            let answer = try get(edge, "/")
            #expect(answer.status == "502" && answer.body == "502 Bad Gateway\n")
        }
        let line = try #require(try files.lines("log").first)
        #expect(line.text("problem")?.contains("127.0.0.1:\(port)") == true)
    }

    @Test(.timeLimit(.minutes(1))) func clientThatGoesAwayIsTold() async throws {
        let files = try EdgeFiles()
        let asked = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { connection, _ in
            _ = connection.readHead()
            asked.signal()
            _ = connection.readToEnd()
        }
        try await withEdge([server], "accessLog: {file: \(files.folder)/log}") { port in
            var client: RawConnection? = try RawConnection(port: port)
            client?.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            try await poll { asked.wait(timeout: .now()) == .success }
            client?.reset()
            client = nil
            try await poll { try !files.lines("log").isEmpty }
        }
        let line = try #require(try files.lines("log").first)
        #expect(line.number("status") == 499)
        #expect(line.text("end") == "client")
    }

    @Test(.timeLimit(.minutes(1))) func combinedFormatIsThatOfOtherServers() async throws {
        let files = try EdgeFiles()
        let server = try ScriptedServer(answering: response("hello"))
        try await withEdge([server], "accessLog: {format: combined, file: \(files.folder)/log}") { port in
            let client = try RawConnection(port: port)
            client.send("GET /x HTTP/1.1\r\nHost: a\r\nUser-Agent: a\"b\\c\r\n\r\n")
            _ = client.readHead()
        }
        let text = try String(contentsOfFile: files.folder + "/log", encoding: .utf8)
        let form = #/127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] (.*)\n/#
        let match = try #require(text.wholeMatch(of: form))
        #expect(match.1 == #""GET /x HTTP/1.1" 200 5 "-" "a\x22b\x5Cc""#.replacing("\\x5C", with: "\\x5c"))
    }

    @Test(
        arguments: [
            ([0x61, 0x22, 0x5C, 0x62], #"a\"\\b"#),
            ([0x0A, 0x0D, 0x1B, 0x7F, 0x00], #"\u000a\u000d\u001b\u007f\u0000"#),
            ([0xC3, 0xA4, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80], "ä€😀"), ([0xC2, 0x9B], #"\u009b"#),
            ([0xC0, 0xAF], #"\ufffd\ufffd"#), ([0xED, 0xA0, 0x80], #"\ufffd\ufffd\ufffd"#),
            ([0xE2, 0x82], #"\ufffd\ufffd"#),
            ([0xF4, 0x90, 0x80, 0x80], #"\ufffd\ufffd\ufffd\ufffd"#), ([0x80, 0x41], #"\ufffdA"#), ([0xC2], #"\ufffd"#),
        ] as [([UInt8], String)]
    ) func jsonTextsAreEscapedStrictly(bytes: [UInt8], expected: String) {
        let output = OutputBytes(capacity: 4)
        bytes.withUnsafeBufferPointer { output.append(json: $0) }
        #expect(String(decoding: output.bytes, as: UTF8.self) == expected)
    }

    @Test func everyTextStaysOneStringOfOneLine() throws {
        var random = WorkerRandom(seed: 4)
        for _ in 0..<2_000 {
            let bytes = (0..<Int(random.next() % 24)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let output = OutputBytes(capacity: 4)
            bytes.withUnsafeBufferPointer { output.append(json: $0) }
            let json = Array("[\"".utf8) + Array(output.bytes) + Array("\"]".utf8)
            let decoded = try JSONDecoder().decode([String].self, from: Data(json))
            // Equal but for what is no UTF-8, which the standard library replaces by fewer characters.
            let valid = String(validating: bytes, as: UTF8.self)
            if let valid { #expect(Array(decoded[0].utf8) == Array(valid.utf8), "\(bytes)") }
            #expect(!output.bytes.contains { $0 < 0x20 || $0 == 0x7F })
        }
    }

    @Test(.timeLimit(.minutes(1))) func onlyAShareOfGoodRequestsIsWrittenButEveryBadOne() async throws {
        let files = try EdgeFiles()
        let log = "accessLog: {file: \(files.folder)/log, samplePercent: 0}"
        try await withEdge("\(log)\nroutes: [{path: /good, respond: {status: 200}}]") { _, port in
            let client = try RawConnection(port: port)
            for path in ["good", "bad", "good", "bad"] {
                client.send("GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                let length =
                    client.readHead().contains(" 404 ") ? "404 Not Found: no route is for this host and path\n" : ""
                _ = client.read(length.utf8.count)
            }
        }
        #expect(try files.lines("log").map { $0.text("target") } == ["/bad", "/bad"])
    }

    @Test(.timeLimit(.minutes(1))) func reloadGoesOnInANewFileOfTheName() async throws {
        let files = try EdgeFiles()
        let text = "accessLog: {file: \(files.folder)/log}\nroutes: [{path: /*, respond: {status: 204}}]"
        try await withEdge(text) { edge, port in
            let client = try RawConnection(port: port)
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.readHead()
            try await poll { try files.lines("log").count == 1 }
            try FileManager.default.moveItem(atPath: files.folder + "/log", toPath: files.folder + "/log.1")
            try edge.reload(edge.configuration)
            client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.readHead()
        }
        #expect(try files.lines("log.1").map { $0.text("target") } == ["/1"])
        #expect(try files.lines("log").map { $0.text("target") } == ["/2"])
    }

    @Test(.timeLimit(.minutes(1))) func fileThatCannotBeOpenedIsRefusedAndAReloadKeepsTheOldOne() async throws {
        let files = try EdgeFiles()
        let routes = "routes: [{path: /*, respond: {status: 204}}]"
        try await withEdge("accessLog: {file: \(files.folder)/log}\n\(routes)") { edge, port in
            var configuration = edge.configuration
            configuration.accessLog.file = files.folder + "/none/log"
            #expect(throws: EdgeConfigurationError.self) { try edge.reload(configuration) }
            #expect(edge.generation == 1)
            let client = try RawConnection(port: port)
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.readHead()
        }
        #expect(try files.lines("log").count == 1)
    }

    /// The disk is a pipe that nobody reads.
    @Test(.timeLimit(.minutes(1))) func linesAreDroppedAndCountedWhereTheDiskIsTooSlow() async throws {
        let files = try EdgeFiles()
        let path = files.folder + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        var settings = EdgeConfiguration.AccessLog()
        settings.file = path
        let log = try AccessLog(settings, lanes: 1, laneBytes: 1_000)
        let line = Array(repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
        var added = 0
        // The pipe takes 64 KB, a batch in the writer's hands and a lane 1,000 bytes each.
        try await poll {
            for _ in 0..<100 { line.withUnsafeBufferPointer { log.lanes[0].add($0) } }
            added += 100
            return added > 5_000 && log.droppedLines > 0
        }
        log.close()
        var (received, buffer) = (0, [UInt8](repeating: 0, count: 1 << 16))
        try await poll {
            received += max(0, read(reader, &buffer, buffer.count))
            return log.hasEnded
        }
        received += max(0, read(reader, &buffer, buffer.count))
        close(reader)
        #expect(received % 100 == 0)
        #expect(log.droppedLines + received / 100 == added)
    }

    @Test func fullDiskTearsNoLineButTheOneItStrikes() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        var file = AccessLogFile()
        file.use(descriptor)
        #expect(file.write(Array("one\ntwo\n".utf8)) == 2)
        file.end()
    }
}

/// Waits until something is so, for ten seconds at most.
func poll(_ condition: () throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(10)
    while try !condition() {
        try #require(ContinuousClock.now < end, "it has not come to be in time")
        try await Task.sleep(for: .milliseconds(2))
    }
}

/// A line of an access log in JSON.
struct LogLine {
    let members: [String: Any]

    func text(_ key: String) -> String? { members[key] as? String }
    func number(_ key: String) -> Int? { members[key] as? Int }
}

extension EdgeFiles {
    /// The lines of a file, each of which must be an object.
    func lines(_ name: String) throws -> [LogLine] {
        let text = (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? ""
        return try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return LogLine(members: try #require(object as? [String: Any]))
        }
    }
}
