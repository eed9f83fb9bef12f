import Testing

@testable import PandoEdge

@Suite struct EdgeUnitsTests {
    @Test func timesAreRead() {
        #expect(Units.duration("250ms") == .milliseconds(250))
        #expect(Units.duration("1.5s") == .milliseconds(1500))
        #expect(Units.duration("5m") == .seconds(300) && Units.duration("2h") == .seconds(7200))
        #expect(Units.duration("7d") == .seconds(604_800) && Units.duration("0") == .zero)
        for text in ["", "5", "s", "-1s", "1 s", "1.s", ".5s", "1e3s", "1y", "１s", "99999999999999999999d", "40000d"] {
            #expect(Units.duration(text) == nil, "\(text)")
        }
    }

    @Test func sizesAreRead() {
        #expect(Units.bytes("4096") == 4096 && Units.bytes("0") == 0)
        #expect(
            Units.bytes("64KiB") == 65_536 && Units.bytes("1.5MiB") == 1_572_864 && Units.bytes("2GB") == 2_000_000_000
        )
        for text in ["", "k", "1k", "-1", "1KIB", "99999999TiB", "0x10"] {
            #expect(Units.bytes(text) == nil, "\(text)")
        }
    }

    @Test(arguments: ["1ms", "1500ms", "90s", "2m", "1h", "3d", "0"])
    func timesReadBack(_ text: String) throws {
        #expect(Units.text(try #require(Units.duration(text))) == text)
    }

    @Test func sizesReadBack() {
        for bytes in [0, 1, 1_000, 1_024, 1 << 20, 3 << 30, (1 << 20) + 1] {
            #expect(Units.bytes(Units.text(bytes: bytes)) == bytes)
        }
    }

    @Test func networksContainTheirAddresses() throws {
        func contains(_ network: String, _ address: String) throws -> Bool {
            let (high, low) = try #require(Network.octets(address))
            return try #require(Network(network)).contains(high: high, low: low)
        }
        #expect(try contains("10.0.0.0/8", "10.255.1.2") && !contains("10.0.0.0/8", "11.0.0.0"))
        #expect(try contains("10.0.0.0/8", "::ffff:10.1.2.3"), "IPv4 in its IPv6 form is the same address")
        #expect(try contains("192.168.1.5", "192.168.1.5") && !contains("192.168.1.5", "192.168.1.4"))
        #expect(try contains("2001:db8::/32", "2001:db8:ffff::1") && !contains("2001:db8::/32", "2001:db9::"))
        #expect(
            try contains("2001:db8::/65", "2001:db8::7fff:0:0:1") && !contains("2001:db8::/65", "2001:db8::8000:0:0:1")
        )
        #expect(try contains("::/0", "1.2.3.4") && contains("0.0.0.0/0", "1.2.3.4") && !contains("0.0.0.0/0", "::1"))
        for text in ["", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "a", "10.0.0"] {
            #expect(Network(text) == nil && Network.problem(with: text) != nil, "\(text)")
        }
    }

    @Test func patternsAreRead() throws {
        let pattern = try #require(EdgeConfiguration.PathPattern("/a%20b/{id}/*"))
        #expect(pattern.segments == [.literal(Array("a b".utf8)), .parameter("id")] && pattern.kind == .prefix)
        #expect(pattern.parameters == ["id"] && pattern.description == "/a%20b/{id}/*")
        #expect(EdgeConfiguration.PathPattern("/*") == .any)
        for text in [
            "", "a", "/a?b", "/a#", "/a//b", "/*/a", "/a*", "/{", "/{}", "/{a-b}", "/{a}/{a}", "/x{a}", "/..", "/%2e",
            "/%2F", "/%", "/é", "/a b",
        ] {
            #expect(EdgeConfiguration.PathPattern(text) == nil, "\(text)")
            #expect(EdgeConfiguration.PathPattern.problem(with: text) != nil)
        }
    }
}
