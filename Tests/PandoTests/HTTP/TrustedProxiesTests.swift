import Testing

@testable import Pando

@Suite struct TrustedProxiesTests {
    private let peer = ClientAddress("10.1.2.3")

    @Test func lastStrangerIsTheClient() throws {
        let proxies = try #require(TrustedProxies(["10.0.0.0/8", "fd00::/8"]))
        let peer = try #require(peer)
        #expect(proxies.contains(peer))
        let client = proxies.client(forwardedFor: "1.1.1.1, 203.0.113.7, 10.9.9.9", peer: peer)
        #expect(client.description == "203.0.113.7")
    }

    @Test func whatAClientWroteItselfIsNotBelieved() throws {
        let proxies = try #require(TrustedProxies(["10.0.0.0/8"]))
        let client = proxies.client(forwardedFor: "127.0.0.1, 198.51.100.4", peer: try #require(peer))
        #expect(client.description == "198.51.100.4")
    }

    @Test func nonsenseEndsTheSearchAtTheLastKnownHop() throws {
        let proxies = try #require(TrustedProxies(["10.0.0.0/8"]))
        let client = proxies.client(forwardedFor: "evil, 10.0.0.9", peer: try #require(peer))
        #expect(client.description == "10.0.0.9")
    }

    @Test(arguments: ["", "10.0.0.0/33", "::/129", "host", "10.0.0.0/x"]) func refusesWhatIsNoNetwork(text: String) {
        #expect(TrustedProxies([text]) == nil)
    }

    @Test func addressesReadAndWriteThemselves() throws {
        let long = try #require(ClientAddress("[2001:db8::1]"))
        #expect(long.description == "2001:db8:0:0:0:0:0:1")
        let loopback = try #require(ClientAddress("127.1.2.3"))
        #expect(loopback.isLoopback)
        #expect(ClientAddress("1.2.3") == nil)
    }
}
