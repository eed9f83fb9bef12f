import Testing

@testable import PandoEdge

/// RFC 9112 §2 to §5: the form of a head.
@Suite struct HeadParserTests {
    static let request = "GET /rooms?from=1 HTTP/1.1\r\nHost: example.org:8080\r\nX-Empty:\r\naccept: \t */* \t\r\n\r\n"

    @Test func requestIsSplitIntoItsParts() throws {
        let head = Head()
        let text = Self.request + "rest"
        #expect(try HeadParser.request(Array(text.utf8), into: head) == .complete(text.utf8.count - 4))
        #expect(head.method == .get)
        #expect(head.minorVersion == 1)
        #expect(head.text(head.target) == "/rooms?from=1")
        #expect(head.fields.map(\.id) == [.host, .other, .accept])
        #expect(head.fields.map { head.text($0.name) } == ["Host", "X-Empty", "accept"])
        #expect(head.fields.map { head.text($0.value) } == ["example.org:8080", "", "*/*"])
    }

    @Test func responseIsSplitIntoItsParts() throws {
        let head = Head()
        let text = "HTTP/1.0 404 Not\tFound \u{E9}\r\nServer : x\r\n\r\n"
        #expect(try HeadParser.response(Array(text.utf8), into: head) == .complete(text.utf8.count))
        #expect(head.status == 404)
        #expect(head.minorVersion == 0)
        #expect(head.text(head.first(.server) ?? .empty) == "x")
    }

    /// §2.2: one empty line before a request is ignored.
    @Test func everyPrefixIsIncomplete() throws {
        let bytes = Array("\r\nPOST /a HTTP/1.0\r\nContent-Length: 4\r\nX: y\tz\r\n\r\n".utf8)
        for count in 0..<bytes.count {
            #expect(try HeadParser.request(Array(bytes[..<count]), into: Head()) == .incomplete, "\(count)")
        }
        #expect(try HeadParser.request(bytes, into: Head()) == .complete(bytes.count))
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nA : b\r\nC: d\r\n\r\n", "HTTP/1.1 204\r\n\r\n"])
    func everyPrefixOfAResponseIsIncomplete(text: String) throws {
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(try HeadParser.response(Array(bytes[..<count]), into: Head()) == .incomplete, "\(count)")
        }
        #expect(try HeadParser.response(bytes, into: Head()) == .complete(bytes.count))
    }

    /// RFC 9110 §2.5: a higher minor version is read as the highest known one.
    @Test(arguments: [("1.0", 0), ("1.1", 1), ("1.2", 1), ("1.9", 1)])
    func minorVersionIsReadAsAKnownOne(version: String, expected: UInt8) throws {
        let head = Head()
        _ = try HeadParser.request(Array("GET / HTTP/\(version)\r\n\r\n".utf8), into: head)
        #expect(head.minorVersion == expected)
    }

    @Test func knownMethodsAreFoundAndOthersKept() throws {
        for method in Method.allCases where method != .other {
            let head = Head()
            _ = try HeadParser.request(Array("\(method.text) / HTTP/1.1\r\n\r\n".utf8), into: head)
            #expect(head.method == method)
        }
        let head = Head()
        _ = try HeadParser.request(Array("PROPFIND / HTTP/1.1\r\n\r\n".utf8), into: head)
        #expect(head.method == .other)
        #expect(head.text(head.methodName) == "PROPFIND")
    }

    /// §3: only the octets of a token, a target or a value are taken, each in its place, and all of them.
    @Test func eachOctetIsTakenWhereItBelongsAndNowhereElse() {
        for octet in UInt8.min...UInt8.max {
            let scalar = Unicode.Scalar(octet)
            let isToken =
                scalar.properties.isASCIIHexDigit || ("A"..."Z").contains(scalar)
                || ("a"..."z").contains(scalar) || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar)
            let isValue = octet == 9 || octet >= 32 && octet != 127
            let isTarget = (33...126).contains(octet) && octet != UInt8(ascii: "#")
            #expect(isTaken("GE", octet, "T / HTTP/1.1\r\n\r\n") == isToken, "method: \(octet)")
            #expect(isTaken("GET /", octet, " HTTP/1.1\r\n\r\n") == (isTarget), "target: \(octet)")
            #expect(isTaken("GET /0123456789", octet, "abcdef HTTP/1.1\r\n\r\n") == (isTarget), "target: \(octet)")
            #expect(
                isTaken("GET / HTTP/1.1\r\nA", octet, "a: b\r\n\r\n") == (isToken || octet == UInt8(ascii: ":")),
                "name: \(octet)"
            )
            #expect(isTaken("GET / HTTP/1.1\r\nA: a", octet, "b\r\n\r\n") == isValue, "value: \(octet)")
            #expect(isTaken("GET / HTTP/1.1\r\nA: 0123456789", octet, "abcdef\r\n\r\n") == isValue, "value: \(octet)")
        }
    }

    private func isTaken(_ before: String, _ octet: UInt8, _ after: String) -> Bool {
        let outcome = try? HeadParser.request(Array(before.utf8) + [octet] + Array(after.utf8), into: Head())
        return outcome != nil && outcome != .incomplete
    }

    // MARK: Limits

    @Test func headOfExactlyTheLimitIsTakenAndOneByteMoreIsNot() throws {
        var limits = HeadLimits()
        limits.headBytes = 200
        let start = "GET / HTTP/1.1\r\nA: "
        let fitting = Array((start + String(repeating: "a", count: 200 - start.utf8.count - 4) + "\r\n\r\n").utf8)
        #expect(fitting.count == 200)
        #expect(try HeadParser.request(fitting, into: Head(), limits: limits) == .complete(200))
        let larger = Array((start + String(repeating: "a", count: 201 - start.utf8.count - 4) + "\r\n\r\n").utf8)
        for count in 200...larger.count {
            #expect(throws: HeadError.fieldsTooLarge) {
                try HeadParser.request(Array(larger[..<count]), into: Head(), limits: limits)
            }
        }
        #expect(try HeadParser.request(Array(larger[..<199]), into: Head(), limits: limits) == .incomplete)
    }

    /// RFC 9112 §3: a target that is too long is 414; RFC 6585 §5: fields are 431.
    @Test func eachLimitHasItsStatus() {
        let longTarget = "GET /" + String(repeating: "a", count: 9000)
        #expect(WireReading.request(Array(longTarget.utf8)) == .refused(414))
        #expect(WireReading.request(Array((longTarget + " HTTP/1.1\r\n\r\n").utf8)) == .refused(414))
        let manyFields = "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 100)
        #expect(WireReading.request(Array((manyFields + "\r\n").utf8)) == .refused(431))
        #expect(
            WireReading.request(Array(("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 40_000)).utf8))
                == .refused(431)
        )
        let longMethod = String(repeating: "A", count: 33)
        #expect(WireReading.request(Array(longMethod.utf8)) == .refused(400))
    }

    /// A large head is found whole though the parser looks at its beginning first.
    @Test func largeHeadIsComplete() throws {
        let text =
            "GET / HTTP/1.1\r\nHost: a\r\n"
            + String(repeating: "X-Long: \(String(repeating: "y", count: 300))\r\n", count: 40)
        let bytes = Array((text + "\r\nbody").utf8)
        let head = Head()
        #expect(try HeadParser.request(bytes, into: head) == .complete(bytes.count - 4))
        #expect(head.fields.count == 41)
        #expect(head.count == bytes.count - 4)
    }

    @Test func onlyTheEndOfALineIsWorthAnotherLook() {
        let bytes = Array("GET / HTTP/1.1\r\nHost".utf8)
        let limits = HeadLimits()
        #expect(!bytes.exactly { HeadParser.isWorthAnotherLook($0, seen: 17, limits: limits) })
        #expect(bytes.exactly { HeadParser.isWorthAnotherLook($0, seen: 15, limits: limits) })
        #expect(
            [UInt8](repeating: 65, count: 32_768).exactly {
                HeadParser.isWorthAnotherLook($0, seen: 32_000, limits: limits)
            }
        )
    }

    // MARK: Names

    @Test func everyKnownNameIsFoundInAnyCase() {
        for id in FieldName.allCases where id != .other {
            let text = "\(id.text)"
            #expect(Array(text.utf8).exactly { FieldName.find($0) } == id)
            #expect(Array(text.uppercased().utf8).exactly { FieldName.find($0) } == id)
            #expect(Array((text + "x").utf8).exactly { FieldName.find($0) } == .other)
            #expect(Array(text.dropLast().utf8).exactly { FieldName.find($0) } == .other || text == "tea")
        }
    }

    @Test func nameThatDiffersInOneOctetIsAnother() {
        for id in FieldName.allCases where id != .other {
            let text = Array("\(id.text)".utf8)
            for index in text.indices {
                var other = text
                other[index] = UInt8(ascii: "~")
                #expect(other.exactly { FieldName.find($0) } == .other, "\(id.text) at \(index)")
            }
        }
    }

    /// RFC 9110 §5.6.7, §6.6.1.
    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ]
    )
    func dateIsWrittenInTheFormOfHTTP(seconds: Int, expected: String) {
        var line = DateLine(seconds: 1)
        line.update(seconds: seconds)
        let text = String(decoding: (0..<37).map { line.octets[$0] }, as: UTF8.self)
        #expect(text == "Date: \(expected)\r\n")
    }
}
