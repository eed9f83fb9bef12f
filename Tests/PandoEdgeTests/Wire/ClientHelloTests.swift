import TestSupport
import Testing

@testable import PandoEdge

/// RFC 8446 §4.1.2 and §5.1, RFC 6066 §3, RFC 7301 §3.1.
@Suite struct ClientHelloTests {
    private static func parse(_ bytes: [UInt8]) throws(ClientHello.Failure) -> ClientHello.Outcome {
        try bytes.exactly { (bytes) throws(ClientHello.Failure) in try ClientHello.parse(bytes) }
    }

    private static func vector(_ octets: Int, _ content: [UInt8]) -> [UInt8] {
        (0..<octets).reversed().map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + content
    }

    static func name(_ text: String, type: UInt8 = 0) -> [UInt8] { [type] + vector(2, Array(text.utf8)) }
    static func serverName(_ names: [UInt8]) -> [UInt8] { [0, 0] + vector(2, vector(2, names)) }
    static func protocols(_ names: [String]) -> [UInt8] {
        [0, 16] + vector(2, vector(2, names.flatMap { vector(1, Array($0.utf8)) }))
    }

    static func body(
        _ extensions: [UInt8]?,
        session: Int = 32,
        suites: [UInt8] = [0x13, 1],
        compression: [UInt8] = [0]
    ) -> [UInt8] {
        [3, 3] + [UInt8](repeating: 5, count: 32) + vector(1, [UInt8](repeating: 6, count: session)) + vector(2, suites)
            + vector(1, compression) + (extensions.map { vector(2, $0) } ?? [])
    }

    static func message(_ body: [UInt8]) -> [UInt8] { [1] + vector(3, body) }
    static func record(_ content: [UInt8]) -> [UInt8] { [22, 3, 1] + vector(2, content) }

    static let usual = message(
        body(
            [0, 23, 0, 0] + serverName(name("WWW.Example.org")) + protocols(["h2", "http/1.1"])
                + [0x0A, 0x0A] + vector(2, [1, 2, 3])
        )
    )

    private static var expected: ClientHello {
        var hello = ClientHello()
        hello.serverName = "www.example.org"
        hello.protocols = [Array("h2".utf8), Array("http/1.1".utf8)]
        return hello
    }

    @Test func nameAndProtocolsAreRead() throws {
        let bytes = Self.record(Self.usual)
        for count in 0..<bytes.count { #expect(try Self.parse(Array(bytes[..<count])) == .incomplete, "\(count)") }
        #expect(try Self.parse(bytes) == .complete(Self.expected))
        #expect(try Self.parse(bytes + [0x14, 3, 3, 0, 1, 1]) == .complete(Self.expected))
    }

    @Test func messageMayComeInSeveralRecords() throws {
        for first in 1..<Self.usual.count {
            let bytes = Self.record(Array(Self.usual[..<first])) + Self.record(Array(Self.usual[first...]))
            #expect(try Self.parse(bytes) == .complete(Self.expected), "\(first)")
            #expect(try Self.parse(Array(bytes.dropLast())) == .incomplete)
        }
        #expect(try Self.parse(Self.usual.flatMap { Self.record([$0]) }) == .complete(Self.expected))
    }

    @Test func clientMaySayNothing() throws {
        #expect(try Self.parse(Self.record(Self.message(Self.body(nil)))) == .complete(ClientHello()))
        #expect(try Self.parse(Self.record(Self.message(Self.body([])))) == .complete(ClientHello()))
        let other = Self.serverName(Self.name("a", type: 9))
        #expect(try Self.parse(Self.record(Self.message(Self.body(other)))) == .complete(ClientHello()))
    }

    static let refused: [(String, [UInt8])] = [
        ("HTTP", Array("GET / HTTP/1.1\r\n".utf8)), ("alert", [21, 3, 1, 0, 2, 1, 0]),
        ("SSL 2", [0x80, 0x2E, 1, 3, 1]),
        ("version 2", [22, 2, 0, 0, 5, 1, 0, 0, 1, 0]), ("empty record", [22, 3, 1, 0, 0]),
        ("record too large", [22, 3, 1, 0x40, 1, 1]), ("another message", record([2, 0, 0, 1, 0])),
        ("message too large", record([1, 1, 0, 0])), ("empty message", record(message([]))),
        ("another record in between", record(Array(usual[..<20])) + [23, 3, 1, 0, 1, 0]),
        ("session of 33 octets", record(message(body([], session: 33)))),
        ("no suites", record(message(body([], suites: [])))),
        ("half a suite", record(message(body([], suites: [1, 2, 3])))),
        ("no compression", record(message(body([], compression: [])))),
        ("octets behind the extensions", record(message(body([]) + [0]))),
        ("half an extension", record(message(body([0, 0, 0])))),
        ("extension too long", record(message(body([0, 5, 0, 9, 1])))),
        ("name twice", record(message(body(serverName(name("a")) + serverName(name("a")))))),
        ("two names", record(message(body(serverName(name("a") + name("b")))))),
        ("no name", record(message(body(serverName([]))))),
        ("empty name", record(message(body(serverName(name("")))))),
        ("name with a NUL", record(message(body(serverName(name("a\0b")))))),
        ("name with a slash", record(message(body(serverName(name("a/b")))))),
        ("name with a port", record(message(body(serverName(name("a:1")))))),
        ("name not of ASCII", record(message(body(serverName(name("é")))))),
        ("name of 256 octets", record(message(body(serverName(name(String(repeating: "a", count: 256))))))),
        ("name longer than its list", record(message(body([0, 0, 0, 5, 0, 3, 0, 0, 9])))),
        ("octets behind the list", record(message(body([0, 0] + vector(2, vector(2, name("a")) + [0]))))),
        ("empty list of protocols", record(message(body(protocols([]))))),
        ("empty protocol", record(message(body(protocols([""]))))),
    ]

    @Test(arguments: refused)
    func whatIsNoClientHelloIsRefused(name: String, bytes: [UInt8]) {
        #expect(throws: ClientHello.Failure.self, "\(name)") { try Self.parse(bytes) }
        var refused = false
        for count in 0...bytes.count where !refused {
            do { #expect(try Self.parse(Array(bytes[..<count])) == .incomplete, "\(name)") } catch { refused = true }
        }
    }

    @Test func messageOfMoreThanTheLimitIsRefused() {
        func padded(_ count: Int) -> [UInt8] {
            Self.message(Self.body([0, 21] + Self.vector(2, [UInt8](repeating: 0, count: count))))
        }
        let most = ClientHello.maximumBytes - 5 - padded(0).count
        #expect(throws: Never.self) { try Self.parse(Self.record(padded(most))) }
        #expect(throws: ClientHello.Failure.self) { try Self.parse(Self.record(padded(most + 1))) }
        let two = Self.record(Array(padded(most)[..<9000])) + Self.record(Array(padded(most)[9000...]))
        #expect(throws: ClientHello.Failure.self) { try Self.parse(two) }
        // One octet a record: the records count as well.
        #expect(throws: ClientHello.Failure.self) { try Self.parse(padded(9000).flatMap { Self.record([$0]) }) }
    }

    @Test func fuzz() {
        let corpus = Self.refused.map(\.1) + [Self.record(Self.usual), Self.usual.flatMap { Self.record([$0]) }]
        WireFuzzTests.fuzz(corpus) { bytes, random in
            let whole = Result { () throws(ClientHello.Failure) in try Self.parse(bytes) }
            let count = Int.random(in: 0...bytes.count, using: &random)
            let part = Result { () throws(ClientHello.Failure) in try Self.parse(Array(bytes[..<count])) }
            if part != .success(.incomplete) { #expect(part == whole, "\(bytes)") }
        }
    }
}
