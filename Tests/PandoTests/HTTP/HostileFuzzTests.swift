import Foundation
import Hummingbird
import NIOCore
import PandoCache
import PandoDatabase
import PandoTelemetry
import Synchronization
import TestSupport
import Testing

@testable import Pando

/// Random and mutated requests. `PANDO_FUZZ_REQUESTS` sets their number, `PANDO_FUZZ_SEED` replays a run.
@Suite(.timeLimit(.minutes(10))) struct HostileFuzzTests {
    private static let requests = Int(ProcessInfo.processInfo.environment["PANDO_FUZZ_REQUESTS"] ?? "") ?? 3000
    private static let seed = UInt64(ProcessInfo.processInfo.environment["PANDO_FUZZ_SEED"] ?? "")

    @Test func hostileRequestsNeverCrashNorAnswer5xx() async throws {
        let seed = Self.seed ?? .random(in: 1 ... .max)
        print("hostile fuzz: seed \(seed), \(Self.requests) requests")
        var server = TestServer()
        server.limits.headTimeout = .milliseconds(400)
        server.limits.bodyGrace = .milliseconds(400)
        server.limits.idleTimeout = .milliseconds(400)
        server.limits.lingerTimeout = .milliseconds(400)
        server.limits.bodyBytes = 4096
        server.limits.decodedBodyBytes = 1024
        let database = try await Database.open(.temporary())
        // Every login of the attack leaves a session: a small cache of them keeps the memory comparable.
        var sessions = SessionStore.Configuration()
        sessions.cacheBytes = 1 << 20
        server.sessions = try await SessionStore.open(database: database, configuration: sessions)
        let assets = StaticFiles(["site.css": Array(String(repeating: "a {}", count: 500).utf8)])
        let admission = AdmissionController(sheds: false)
        server.admission = admission
        let (registry, gauge) = (server.registry, server.gauge)
        try await server.run { router in
            router.get("hello") { _, _ in "hello" }
            router.get("item/{id}") { _, context in context.parameters.get("id") ?? "" }
            router.get("query") { request, _ in request.uri.queryParameters.map { "\($0.key)=\($0.value)" }.joined() }
            router.post("echo") { request, context in
                Response(
                    status: .ok,
                    body: ResponseBody(byteBuffer: try await request.body.collect(upTo: context.maxUploadSize))
                )
            }
            assets.addRoutes(to: router)
            router.get("me") { _, context in try context.requireSubject() }
            router.post("login") { _, context in try await context.logIn("ada").text }
            router.post("json") { request, context in
                try await request.decode(as: [String: Int].self, context: context).description
            }
            router.post("ignore") { _, _ in "ignored" }
        } _: { port in
            let tally = HostileTally()
            await Self.attack(Self.requests / 4, seed: seed, port: port, tally)
            tally.warmedUp()
            await Self.attack(Self.requests - Self.requests / 4, seed: ~seed, port: port, tally)
            // No connection and no permit is left behind, whatever the clients did.
            while gauge.open > 0 || admission.state.inHand > 0 { await Task.yield() }
            // It still serves.
            let answer = try await RawClient.with(port: port) { conversation in
                try await conversation.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
                return try await conversation.read(until: "\r\n\r\nhello")
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            print("hostile fuzz: \(tally)")
            // Clients and server share the process, so this finds only leaks of whole connections or bodies.
            #expect(tally.growth < 16 << 20 + Self.requests * 200)
        }
        #expect(!registry.exposition().contains("status=\"5"))
        await database.close()
    }

    /// Sixteen attackers at once.
    private static func attack(_ count: Int, seed: UInt64, port: Int, _ tally: HostileTally) async {
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    var requests = HostileRequests(seed: seed &+ UInt64(worker))
                    for _ in 0..<(count / 16) { await attack(requests.next(), port: port, seed: seed, tally) }
                }
            }
        }
    }

    /// The client may find the connection closed at any moment; what it reads must be well-formed and no 5xx.
    private static func attack(_ bytes: [UInt8], port: Int, seed: UInt64, _ tally: HostileTally) async {
        // A reset is an answer like any other.
        guard let answer = try? await RawClient.exchange(port: port, bytes, half: true) else { return tally.count(nil) }
        // A body that the attacker chose may begin like a status line, so what is in lines counts only where it is one.
        guard answer.isEmpty || answer.prefixMatch(of: #/HTTP/1\.[01] [1-4][0-9]{2} /#) != nil else {
            Issue.record("seed \(seed): \(bytes) -> \(answer.prefix(200))")
            return
        }
        for match in answer.matches(of: #/HTTP/1\.[01] ([0-9]{3}) [A-Z]/#) {
            tally.count(String(match.output.1))
            if match.output.1.hasPrefix("5") { Issue.record("seed \(seed): \(bytes) -> \(match.output.0)") }
        }
    }
}

/// What came of the attack, in figures.
private final class HostileTally: Sendable, CustomStringConvertible {
    private let begun = ContinuousClock.now
    private let before = HostileTally.residentBytes()
    private let state = Mutex((warm: 0, statuses: [String: Int]()))

    func count(_ status: String?) { state.withLock { $0.statuses[status ?? "reset", default: 0] += 1 } }

    func warmedUp() { state.withLock { $0.warm = Self.residentBytes() } }

    /// By how much the process has grown since it was warm.
    var growth: Int { Self.residentBytes() - state.withLock { $0.warm } }

    var description: String {
        let (warm, statuses) = state.withLock { $0 }
        let counts = statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let memory = [before, warm, Self.residentBytes()].map { "\($0 >> 10) KiB" }.joined(separator: ", ")
        return "\(begun.duration(to: .now)); answers \(counts); resident before, warm, after: \(memory)"
    }

    /// Zero where the system does not say.
    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
            * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// Makes hostile requests: well-formed ones, cut, mutated, repeated, spliced, and noise.
struct HostileRequests {
    private var random: SeededGenerator

    private static let seeds = [
        "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /item/%ED%95%9C HTTP/1.1\r\nHost: h\r\nCookie: session=abc; a=b\r\nAccept-Encoding: gzip;q=0.5\r\n\r\n",
        "GET /query?a=1&b=%20&c HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\nX-Request-ID: 1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "POST /ignore HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n",
        "GET /static/site.css HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2,-5\r\nIf-Range: \"x\"\r\nIf-None-Match: W/\"y\", *\r\n\r\n",
        "GET /me HTTP/1.1\r\nHost: h\r\nCookie: session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nSec-Fetch-Site: same-origin\r\n\r\n",
        "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"a\":[1,{}]",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        "HEAD http://h/hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "GET /hello HTTP/1.0\r\n\r\n",
        "PUT /hello HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\nOrigin: null\r\nContent-Length: 0\r\n\r\n",
    ]

    private static let pieces = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", "%00", "%ff", "%2e%2e/", "../", "Transfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\n", "Content-Length: 99999999999999999999\r\n", "Host: other\r\n", "\r\n\r\n",
        "0\r\n\r\n", "ffffffffffffffff\r\n", "-1\r\n", "\u{fffd}", "\u{1F600}", "HTTP/1.1", "HTTP/9.9", "?", "#", "//",
        "*",
        "Expect: 100-continue\r\n", "Connection: close\r\n", "Upgrade: websocket\r\nConnection: upgrade\r\n",
        "traceparent: 00-",
    ]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next() -> [UInt8] {
        if random.next() % 20 == 0 { return noise() }
        var bytes: [UInt8] = []
        for _ in 0...Int(random.next() % 3) { bytes += Array(pick(Self.seeds).utf8) }
        for _ in 0..<Int(random.next() % 6) { mutate(&bytes) }
        if random.next() % 4 == 0 { bytes = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1)))) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        switch random.next() % 6 {
        case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: Array(pick(Self.pieces).utf8), at: place)
        case 3:
            bytes.insert(contentsOf: Array(repeating: UInt8(ascii: "a"), count: Int(random.next() % 40_000)), at: place)
        case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.next() % 8)
        default: bytes.insert(contentsOf: Array(pick(Self.seeds).utf8), at: place)
        }
    }

    private mutating func noise() -> [UInt8] {
        (0..<Int(random.next() % 2000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private mutating func pick(_ list: [String]) -> String { list[Int(random.next() % UInt64(list.count))] }
}
