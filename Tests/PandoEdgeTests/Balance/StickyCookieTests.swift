import Testing

@testable import PandoEdge

@Suite struct StickyCookieTests {
    private let old = Array("the key of last year, 32 bytes at least".utf8)
    private let new = Array("the key of this year, 32 bytes at least".utf8)

    @Test func aValueNamesItsServer() throws {
        let upstream = try sticky([new])
        for server in upstream.servers {
            let value = try #require(upstream.stickyValue(of: server))
            #expect(find(upstream, value) === server)
            #expect(value.utf8.count == 32 && !value.contains("10.0.0"))
        }
        #expect(Set(upstream.servers.map { upstream.stickyValue(of: $0) }).count == 4)
    }

    @Test func aValueThatWasNotMadeHereNamesNothing() throws {
        let upstream = try sticky([new])
        let value = try #require(upstream.stickyValue(of: upstream.servers[1]))
        for place in 0..<32 {
            var digits = Array(value)
            digits[place] = digits[place] == "0" ? "1" : "0"
            #expect(find(upstream, String(digits)) == nil)
        }
        for wrong in ["", "0", String(value.dropLast()), value + "0", value.uppercased() + "", "10.0.0.1:8080"]
        where wrong != value { #expect(find(upstream, wrong) == nil, "\(wrong)") }
    }

    @Test func anotherKeyOrUpstreamMakesOtherValues() throws {
        let one = try sticky([new])
        let value = try #require(one.stickyValue(of: one.servers[0]))
        #expect(find(try sticky([old]), value) == nil)
        let cookie = try #require(StickyCookie(name: "node", keys: [new]))
        let other = Upstream(name: "api", servers: serverSettings(4), settings: .init(sticky: cookie), at: start)
        #expect(find(other, value) == nil)
    }

    @Test func valuesOfTheKeyBeforeAreTaken() throws {
        let before = try sticky([old])
        let value = try #require(before.stickyValue(of: before.servers[2]))
        let after = try sticky([new, old])
        #expect(find(after, value) === after.servers[2])
        #expect(after.stickyValue(of: after.servers[2]) != value)
    }

    @Test func aValueHoldsWhateverTheOrderOfTheServersIs() throws {
        let one = try sticky([new])
        let value = try #require(one.stickyValue(of: one.servers[0]))
        let cookie = try #require(StickyCookie(name: "node", keys: [new]))
        let other = upstream(serverSettings(4).reversed(), .init(sticky: cookie))
        #expect(find(other, value)?.settings.address == one.servers[0].settings.address)
    }

    @Test func weakKeysAreRefused() {
        #expect(StickyCookie(name: "node", keys: []) == nil)
        #expect(StickyCookie(name: "node", keys: [new, Array(repeating: 1, count: 31)]) == nil)
    }

    private func sticky(_ keys: [[UInt8]]) throws -> Upstream {
        let cookie = try #require(StickyCookie(name: "node", keys: keys))
        return upstream(serverSettings(4), .init(sticky: cookie))
    }

    private func find(_ upstream: Upstream, _ value: String) -> Server? {
        Array(value.utf8).withUnsafeBufferPointer { upstream.server(sticky: $0) }
    }
}
