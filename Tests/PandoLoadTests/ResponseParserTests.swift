import Testing

@testable import PandoLoad

@Suite struct ResponseParserTests {
    /// Feeds the pieces as a connection would: what is not consumed comes again in front of the next piece.
    private static func parse(
        _ pieces: [[UInt8]],
        isHead: Bool = false,
        maxBodyBytes: Int = 1 << 20
    ) throws -> (parser: ResponseParser, isComplete: Bool, rest: Int) {
        var parser = ResponseParser()
        parser.begin(isHead: isHead, captures: true, maxBodyBytes: maxBodyBytes)
        var kept: [UInt8] = []
        var isComplete = false
        for piece in pieces where !isComplete {
            kept += piece
            var position = 0
            isComplete = try parser.parse(kept.span, &position)
            kept.removeFirst(position)
        }
        return (parser, isComplete, kept.count)
    }

    private static func parse(_ text: String, isHead: Bool = false) throws -> (
        parser: ResponseParser, isComplete: Bool, rest: Int
    ) {
        try parse([Array(text.utf8)], isHead: isHead)
    }

    private static let answers: [(String, String)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\nhello", "hello"),
        (
            "HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
            "hello0123456789"
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 C\r\ncontent-length:2\r\n\r\nok",
            "ok"
        ),
        ("HTTP/1.1 204 No Content\r\n\r\n", ""),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", ""),
        ("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n", ""),
    ]

    @Test(arguments: answers) func readsAnAnswerAtEverySplit(text: String, body: String) throws {
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            let (parser, isComplete, rest) = try Self.parse([Array(bytes[..<split]), Array(bytes[split...])])
            #expect(isComplete && rest == 0, "split at \(split)")
            #expect(String(decoding: parser.capturedBody, as: UTF8.self) == body, "split at \(split)")
            #expect(parser.isReusable)
        }
        let (parser, isComplete, _) = try Self.parse(bytes.map { [$0] })
        #expect(isComplete)
        #expect(String(decoding: parser.capturedBody, as: UTF8.self) == body)
    }

    @Test(arguments: answers) func aTruncatedAnswerIsNotComplete(text: String, body: String) throws {
        let bytes = Array(text.utf8)
        for end in 0..<bytes.count {
            #expect(try Self.parse([Array(bytes[..<end])]).isComplete == false, "cut at \(end)")
        }
    }

    @Test func knowsWhenAConnectionCannotBeUsedAgain() throws {
        #expect(
            try Self.parse("HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 0\r\n\r\n").parser.isReusable
                == false
        )
        #expect(try Self.parse("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n").parser.isReusable == false)
        #expect(
            try Self.parse("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n").parser.isReusable
        )
    }

    @Test func aBodyWithoutLengthEndsWithTheConnection() throws {
        var (parser, isComplete, _) = try Self.parse("HTTP/1.1 200 OK\r\n\r\nuntil the end")
        #expect(!isComplete)
        var ends = parser.finish()
        #expect(ends)
        #expect(String(decoding: parser.capturedBody, as: UTF8.self) == "until the end")
        (parser, isComplete, _) = try Self.parse("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort")
        ends = parser.finish()
        #expect(!ends)
    }

    @Test func aHeadAnswerHasNoBody() throws {
        #expect(try Self.parse("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n", isHead: true).isComplete)
    }

    @Test func leavesWhatFollowsTheAnswer() throws {
        #expect(try Self.parse("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab").rest == 1)
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 20x OK\r\n", "HTTP/1.1 099 OK\r\n",
        "HTTP/1.1 600 OK\r\n",
        "hello\r\n", "\r\n", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\r\nA : b\r\n", "HTTP/1.1 200 OK\r\n folded\r\n",
        "HTTP/1.1 200 OK\r\n: b\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 9999999999999999999\r\n", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n 1\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1111111111111111\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
    ])
    func refusesWhatIsNotStrict(text: String) {
        #expect(throws: ResponseParser.Invalid.self) { try Self.parse(text) }
    }

    @Test func boundsHeadAndBody() {
        let long = "HTTP/1.1 200 OK\r\n" + String(repeating: "a: \(String(repeating: "b", count: 1000))\r\n", count: 70)
        #expect(throws: ResponseParser.Invalid.headTooLarge) { try Self.parse(long) }
        #expect(throws: ResponseParser.Invalid.headTooLarge) { try Self.parse(String(repeating: "x", count: 70_000)) }
        #expect(throws: ResponseParser.Invalid.bodyTooLarge) {
            try Self.parse([Array("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".utf8)], maxBodyBytes: 4)
        }
    }

    @Test func manyChunksDoNotCountAsAHead() throws {
        let chunks = String(repeating: "1\r\nx\r\n", count: 20_000)
        let (parser, isComplete, _) = try Self.parse(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n"
        )
        #expect(isComplete)
        #expect(parser.capturedBody.count == 20_000)
    }

    @Test func randomBytesNeverCrashIt() {
        var random = SeededGenerator(seed: 99)
        let alphabet = Array("HTTP/1.1 200 OK\r\n\r\ncontent-length: 5chunked;0aF\n\u{0}".utf8)
        for _ in 0..<5000 {
            let count = Int.random(in: 0...60, using: &random)
            let tail = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            _ = try? Self.parse([Array("HTTP/1.1 200 OK\r\n".utf8) + tail])
            _ = try? Self.parse([tail])
        }
    }
}
