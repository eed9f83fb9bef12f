import Testing

@testable import PandoEdge

/// JSON as the edge reads it: strictly, because a server may read it otherwise.
@Suite struct JSONScannerTests {
    private func read(_ text: String) throws(JSONFault) -> JSONValue { try JSONValue(reading: Array(text.utf8)) }

    @Test func valuesAreRead() throws {
        let text = #" {"a": [1, -2.5, 1e2, 0], "b": {"c": null, "d": true}, "e\u0301": "\ud83d\ude00\n\"\\\/"} "#
        let expected = JSONValue.object([
            "a": .array([.integer(1), .number(-2.5), .integer(100), .integer(0)]),
            "b": .object(["c": .null, "d": .bool(true)]), "e\u{301}": .string("😀\n\"\\/"),
        ])
        #expect(try read(text) == expected)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[1 2]", "01", "+1", "1.", ".5", "1e", "-", "tru",
        "nul",
        "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "1 2", "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}", "\u{FEFF}1", "NaN", "'a'", "[1]//",
    ])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: JSONFault.self) { try read(text) }
    }

    @Test func textThatIsNotUTF8IsRefused() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0x5C, 0x6E, 0xED, 0xA0, 0x80, 0x22],
        ] {
            #expect(throws: JSONFault.self) { try JSONValue(reading: bytes) }
        }
    }

    @Test func depthIsBounded() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        _ = try read(nested(64))
        #expect(throws: JSONFault.self) { try read(nested(65)) }
        #expect(throws: JSONFault.self) { try read(nested(100_000)) }
    }

    @Test func everyBeginningOfATextIsHalfOne() {
        let bytes = Array(#"{"a":[1,{"b":"cA"},true],"d":-1.5e3}"#.utf8)
        for count in 0..<bytes.count {
            #expect(throws: JSONFault.self, "\(count)") { try JSONValue(reading: Array(bytes[..<count])) }
        }
    }
}
