import TestSupport
import Testing

@testable import PandoEdge

/// The specification: proxy-protocol.txt of HAProxy.
@Suite struct ProxyProtocolTests {
    static func parse(_ bytes: [UInt8]) throws(ProxyProtocol.Failure) -> ProxyProtocol.Outcome {
        try bytes.exactly { (bytes) throws(ProxyProtocol.Failure) in try ProxyProtocol.parse(bytes) }
    }

    static func written(_ header: ProxyHeader, _ version: ProxyProtocol.Version) -> [UInt8] {
        let output = OutputBytes(capacity: 16)
        ProxyProtocol.write(header, version, to: output)
        return Array(output.bytes)
    }

    /// Refused at one byte, and incomplete at all before.
    private func expectRefused(_ bytes: [UInt8], _ name: String) {
        #expect(throws: ProxyProtocol.Failure.self, "\(name)") { try Self.parse(bytes) }
        var refused = false
        for count in 0...bytes.count where !refused {
            do { #expect(try Self.parse(Array(bytes[..<count])) == .incomplete, "\(name)") } catch { refused = true }
        }
    }

    // MARK: Version 1 (§2.1)

    static let lines: [(line: String, source: String?, port: UInt16, destination: String?, to: UInt16)] = [
        ("PROXY TCP4 255.255.255.255 255.255.255.254 65535 1\r\n", "255.255.255.255", 65_535, "255.255.255.254", 1),
        ("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", "192.168.0.1", 56_324, "192.168.0.11", 443),
        ("PROXY TCP4 0.0.0.0 127.0.0.1 0 0\r\n", "0.0.0.0", 0, "127.0.0.1", 0),
        ("PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 1 2\r\n", "2001:db8::1", 1, "::ffff:192.0.2.1", 2),
        (
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe 65535 65535\r\n",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65_535, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 65_535
        ),
        ("PROXY UNKNOWN\r\n", nil, 0, nil, 0), ("PROXY UNKNOWN what ever 1 2 3\r\n", nil, 0, nil, 0),
        (
            "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
            nil, 0,
            nil, 0
        ),
    ]

    @Test(arguments: lines)
    func lineIsReadAndWritten(line: String, source: String?, port: UInt16, destination: String?, to: UInt16) throws {
        let bytes = Array(line.utf8)
        #expect(bytes.count <= 107)
        for count in 0..<bytes.count { #expect(try Self.parse(Array(bytes[..<count])) == .incomplete) }
        guard case .complete(let header, let taken) = try Self.parse(bytes + Array("GET".utf8)) else {
            Issue.record("not complete")
            return
        }
        #expect(taken == bytes.count)
        #expect(header.source?.address == source)
        #expect(header.destination?.address == destination)
        #expect((header.source?.port ?? 0, header.destination?.port ?? 0) == (port, to))
        if source != nil { #expect(Self.written(header, .one) == bytes) }
    }

    @Test(
        arguments: [
            "PROXZ", "proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY\r\n",
            "PROXY \r\n",
            "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n", "PROXY TCP4 1.1.1.1  2.2.2.2 1 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n",
            "PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n",
            "PROXY TCP4 256.1.1.1 2.2.2.2 1 2\r\n",
            "PROXY TCP4 ::1 ::2 1 2\r\n", "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP6 ::1%eth0 ::2 1 2\r\n",
            "PROXY TCP6 :::1 ::2 1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 +1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2  2\r\n",
            "PROXY TCP4 1.1.1.1\0 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\rX",
            "PROXY UNKNOWN\n\r\n", "PROXY UNKNOWNX\r\n", "GET / HTTP/1.1\r\n\r\n", "\r\n\r\nX",
        ]
    )
    func lineThatIsNoneIsRefused(line: String) { expectRefused(Array(line.utf8), line) }

    @Test func lineOfMoreThan107BytesIsRefused() throws {
        func line(_ count: Int) -> [UInt8] {
            let start = "PROXY UNKNOWN "
            return Array((start + String(repeating: "x", count: count - start.utf8.count - 2) + "\r\n").utf8)
        }
        #expect(try Self.parse(line(107)) == .complete(ProxyHeader(), bytes: 107))
        expectRefused(line(108), "108")
        expectRefused(line(109), "109")
        expectRefused(Array(("PROXY " + String(repeating: "x", count: 200)).utf8), "without end")
    }

    @Test func whatTextHasNoFormForIsUnknown() {
        var header = ProxyHeader()
        header.source = .unix(Array("/a".utf8))
        header.destination = .unix([])
        #expect(Self.written(header, .one) == Array("PROXY UNKNOWN\r\n".utf8))
        header.source = .init(address: "192.0.2.1", port: 1)
        header.destination = .init(address: "::1", port: 1)
        #expect(Self.written(header, .one) == Array("PROXY UNKNOWN\r\n".utf8))
        #expect(ProxyHeader.Endpoint(address: "example.org", port: 1) == nil)
        #expect(ProxyHeader.Endpoint(address: "192.0.2.1\0", port: 1) == nil)
    }

    // MARK: Version 2 (§2.2)

    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static func binary(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    }

    static let four: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 2, 0x1F, 0x90, 0x01, 0xBB]

    static func value(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
        [type, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
    }

    @Test func binaryHeaderIsReadAsTheSpecificationSays() throws {
        let bytes = Self.binary(0x21, 0x11, Self.four)
        for count in 0..<bytes.count { #expect(try Self.parse(Array(bytes[..<count])) == .incomplete) }
        var header = ProxyHeader()
        header.source = .four([192, 0, 2, 1], port: 8080)
        header.destination = .four([198, 51, 100, 2], port: 443)
        #expect(try Self.parse(bytes + [0x16, 3]) == .complete(header, bytes: 28))
        #expect(Self.written(header, .two(withChecksum: false)) == bytes)
        header.isDatagram = true
        #expect(try Self.parse(Self.binary(0x21, 0x12, Self.four)) == .complete(header, bytes: 28))
    }

    /// LOCAL: everything else is skipped. UNSPEC: the connection's own addresses count.
    @Test func headerWithoutAddressesIsTaken() throws {
        var local = ProxyHeader()
        local.isLocal = true
        #expect(try Self.parse(Self.binary(0x20, 0, [])) == .complete(local, bytes: 16))
        #expect(try Self.parse(Self.binary(0x20, 0x11, Self.four)) == .complete(local, bytes: 28))
        #expect(try Self.parse(Self.binary(0x20, 0, [1, 2, 3])) == .complete(local, bytes: 19))
        #expect(Self.written(local, .two(withChecksum: true)) == Self.binary(0x20, 0, []))
        for family: UInt8 in [0x00, 0x01, 0x02, 0x10, 0x20, 0x30] {
            #expect(try Self.parse(Self.binary(0x21, family, [9, 9])) == .complete(ProxyHeader(), bytes: 18))
        }
        #expect(Self.written(ProxyHeader(), .two(withChecksum: true)) == Self.binary(0x21, 0, []))
    }

    static func full() -> ProxyHeader {
        var header = ProxyHeader()
        header.source = .init(address: "2001:db8::1", port: 1)
        header.destination = .init(address: "2001:db8::2", port: 65_535)
        header.applicationProtocol = Array("h2".utf8)
        header.authority = "example.org"
        header.uniqueID = [UInt8](repeating: 7, count: 128)
        header.namespace = "ns"
        header.custom = [
            .init(type: 0xE0, value: []), .init(type: 0xEF, value: [1, 2]), .init(type: 0xE0, value: [3]),
        ]
        var tls = ProxyHeader.TLS()
        (tls.isUsed, tls.hasCertificate, tls.isVerified) = (true, true, true)
        (tls.version, tls.commonName, tls.cipher) = ("TLSv1.3", "Zoë", "TLS_AES_128_GCM_SHA256")
        (tls.signatureAlgorithm, tls.keyAlgorithm) = ("SHA256", "RSA2048")
        header.tls = tls
        return header
    }

    @Test func allValuesComeBack() throws {
        for version in [ProxyProtocol.Version.two(withChecksum: true), .two(withChecksum: false)] {
            let bytes = Self.written(Self.full(), version)
            #expect(try Self.parse(bytes) == .complete(Self.full(), bytes: bytes.count))
            for count in 0..<bytes.count { #expect(try Self.parse(Array(bytes[..<count])) == .incomplete) }
        }
        var unix = ProxyHeader()
        unix.source = .unix(Array("/run/a".utf8))
        unix.destination = .unix([UInt8](repeating: 65, count: 108))
        let bytes = Self.written(unix, .two(withChecksum: true))
        #expect(bytes.count == 16 + 216 + 7)
        #expect(try Self.parse(bytes) == .complete(unix, bytes: bytes.count))
    }

    /// §2.2.3: each bit counts, and the place of the checksum does not.
    @Test func wrongChecksumIsRefused() throws {
        let bytes = Self.written(Self.full(), .two(withChecksum: true))
        for index in 16..<bytes.count {
            var changed = bytes
            changed[index] ^= 1
            // A changed length may also leave too little.
            #expect(throws: ProxyProtocol.Failure.self, "\(index)") {
                guard try Self.parse(changed) == .incomplete else { return }
                throw ProxyProtocol.Failure("incomplete")
            }
        }
        var rest = Self.four + Self.value(3, [0, 0, 0, 0]) + Self.value(4, [1, 2, 3])
        let sum = CRC32C.of(Self.binary(0x21, 0x11, rest))
        rest.replaceSubrange(15..<19, with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> UInt32($0)) })
        guard case .complete = try Self.parse(Self.binary(0x21, 0x11, rest)) else {
            Issue.record("a checksum in the middle is not taken")
            return
        }
    }

    /// RFC 3720 §B.4.
    @Test func checksumIsThatOfCastagnoli() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
    }

    static let refused: [(String, [UInt8])] = [
        ("version 1", binary(0x11, 0x11, four)), ("version 3", binary(0x31, 0x11, four)),
        ("command 2", binary(0x22, 0x11, four)),
        ("family 4", binary(0x21, 0x41, four)), ("transport 3", binary(0x21, 0x13, four)),
        ("addresses too short", binary(0x21, 0x11, Array(four.dropLast()))), ("no addresses", binary(0x21, 0x11, [])),
        ("version 6 too short", binary(0x21, 0x21, four)), ("path too short", binary(0x21, 0x31, four)),
        ("half a value", binary(0x21, 0x11, four + [1])), ("value without length", binary(0x21, 0x11, four + [1, 0])),
        ("value longer than the header", binary(0x21, 0x11, four + [1, 0, 2, 65])),
        ("authority twice", binary(0x21, 0x11, four + value(2, [65]) + value(2, [66]))),
        ("authority not UTF-8", binary(0x21, 0x11, four + value(2, [0xC3]))),
        ("authority with a line end", binary(0x21, 0x11, four + value(2, Array("a\r\n".utf8)))),
        ("unique id of 129 octets", binary(0x21, 0x11, four + value(5, [UInt8](repeating: 1, count: 129)))),
        ("TLS too short", binary(0x21, 0x11, four + value(0x20, [1, 0, 0, 0]))),
        ("TLS with half a value", binary(0x21, 0x11, four + value(0x20, [1, 0, 0, 0, 0, 0x21, 0]))),
        ("TLS with a value too long", binary(0x21, 0x11, four + value(0x20, [1, 0, 0, 0, 0, 0x21, 0, 9, 65]))),
        (
            "TLS version twice",
            binary(0x21, 0x11, four + value(0x20, [1, 0, 0, 0, 0] + value(0x21, [65]) + value(0x21, [66])))
        ),
        ("checksum of 3 octets", binary(0x21, 0x11, four + value(3, [0, 0, 0]))),
        ("checksum wrong", binary(0x21, 0x11, four + value(3, [0, 0, 0, 0]))),
        ("too large", signature + [0x21, 0x11, 0xFF, 0xFF]),
        ("another signature", Array(signature.dropLast()) + [0x0B]),
    ]

    @Test(arguments: refused)
    func binaryHeaderThatIsNoneIsRefused(name: String, bytes: [UInt8]) { expectRefused(bytes, name) }

    @Test func fuzz() throws {
        let corpus =
            Self.refused.map(\.1) + Self.lines.map { Array($0.line.utf8) }
            + [
                Self.written(Self.full(), .two(withChecksum: true)),
                Self.written(Self.full(), .two(withChecksum: false)),
            ]
        WireFuzzTests.fuzz(corpus) { bytes, random in
            let whole = Result { () throws(ProxyProtocol.Failure) in try Self.parse(bytes) }
            let count = Int.random(in: 0...bytes.count, using: &random)
            let part = Result { () throws(ProxyProtocol.Failure) in try Self.parse(Array(bytes[..<count])) }
            if part != .success(.incomplete) { #expect(part == whole, "\(bytes)") }
            guard case .success(.complete(let header, let taken)) = whole else { return }
            #expect(taken <= bytes.count)
            let again = Self.written(header, .two(withChecksum: true))
            guard !header.isLocal, header.source != nil else { return }
            #expect(
                Result { () throws(ProxyProtocol.Failure) in try Self.parse(again) }
                    == .success(.complete(header, bytes: again.count))
            )
        }
    }
}
