import Testing

@testable import PandoEdge

@Suite struct HeadParserTests {
    @Test func requestIsSplitIntoItsParts() throws {
        let head = Head()
        let text = "GET /rooms?from=1 HTTP/1.1\r\nHost: example.org:8080\r\nX-Empty:\r\naccept:  */* \r\n\r\nrest"
        guard case .complete(let count) = try parse(text, head) else { throw Unexpected() }
        #expect(count == text.utf8.count - 4)
        _ = try RequestRules(head)
        #expect(head.method == .get)
        #expect(head.text(head.target) == "/rooms?from=1")
        #expect(head.text(head.authority) == "example.org:8080")
        #expect(head.fields.map(\.id) == [.host, .other, .accept])
        #expect(head.fields.map { head.text($0.value) } == ["example.org:8080", "", "*/*"])
    }

    @Test func everyPrefixIsIncomplete() throws {
        let text = "\r\nPOST /a HTTP/1.0\r\nContent-Length: 4\r\nX: y z\r\n\r\n"
        for count in 0..<text.utf8.count {
            guard case .incomplete = try parse(String(decoding: text.utf8.prefix(count), as: UTF8.self), Head()) else {
                throw Unexpected()
            }
        }
    }

    struct Unexpected: Error {}
}

func parse(_ text: String, _ head: Head) throws(HeadError) -> HeadParser.Outcome {
    let bytes = Array(text.utf8)
    let result = bytes.withUnsafeBufferPointer { bytes in
        Result { () throws(HeadError) in try HeadParser.request(bytes, into: head, limits: HeadLimits()) }
    }
    return try result.get()
}
