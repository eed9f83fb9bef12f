import PandoTopology
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:80", "::1", 80), ("hotel.example:0", "hotel.example", 0),
        ("[fe80::1%eth0]:65535", "fe80::1%eth0", 65535),
    ])
    func readsAndWrites(_ text: String, host: String, port: Int) {
        let address = Address(text)
        #expect(address == Address(host: host, port: port))
        #expect(address?.description == text)
    }

    @Test(arguments: [
        "", ":", "a", "a:", ":80", "a:b", "a:-1", "a:+1", "a:65536", "a:000080", "::1:80", "[::1:80", "[]:80", "a/b:80",
        "호텔:80", "postgres://db:5432", "hotel@db:5432",
    ])
    func refusesOthersWithAReason(_ text: String) {
        #expect(Address(text) == nil)
        #expect(Address.problem(with: text) != nil)
    }
}

@Suite struct SuggestionTests {
    @Test func findsSlipsAndNothingElse() {
        let roles = Role.allCases.map(\.rawValue)
        #expect(Suggestion.nearest(to: "wroker", among: roles) == "worker")
        #expect(Suggestion.nearest(to: "WEB", among: roles) == "web")
        #expect(Suggestion.nearest(to: "nameservers", among: roles) == "nameserver")
        #expect(Suggestion.nearest(to: "database", among: roles) == nil)
        #expect(Suggestion.nearest(to: "", among: roles) == nil)
        #expect(Suggestion.nearest(to: String(repeating: "w", count: 5_000), among: roles) == nil)
    }
}
