import Testing

@testable import PandoEdge

/// RFC 9112 §7.1.
@Suite struct ChunkedDecoderTests {
    static let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    static let refused: [(String, String)] = [
        ("hexadecimal prefix", "0x5\r\nhello\r\n0\r\n\r\n"), ("plus", "+5\r\nhello\r\n0\r\n\r\n"),
        ("minus", "-5\r\nhello\r\n0\r\n\r\n"), ("minus zero", "-0\r\n\r\n"),
        ("leading space", " 5\r\nhello\r\n0\r\n\r\n"),
        ("leading tab", "\t0\r\n\r\n"), ("trailing space", "5 \r\nhello\r\n0\r\n\r\n"),
        ("trailing tab", "5\t\r\nhello\r\n0\r\n\r\n"), ("underscore", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"),
        ("underscore behind zero", "0_2e\r\n\r\n"), ("sixteen digits", "0000000000000005\r\nhello\r\n0\r\n\r\n"),
        ("overflow of 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"), ("letters", "5z\r\nhello\r\n0\r\n\r\n"),
        ("empty size", "\r\n\r\n"), ("no size before an extension", ";a\r\nhello\r\n0\r\n\r\n"),
        ("comma", "5,5\r\nhello\r\n0\r\n\r\n"), ("fraction", "5.0\r\nhello\r\n0\r\n\r\n"),
        ("bare LF behind the size", "5\nhello\r\n0\r\n\r\n"), ("bare CR behind the size", "5\rhello\r\n0\r\n\r\n"),
        ("CR CR LF behind the size", "5\r\r\nhello\r\n0\r\n\r\n"),
        ("CR before an extension", "2\r\r;a\r\n02\r\n0\r\n\r\n"),
        ("bare LF behind the data", "5\r\nhello\n0\r\n\r\n"), ("bare CR behind the data", "5\r\nhello\r0\r\n\r\n"),
        ("no line end behind the data", "5\r\nhello0\r\n\r\n"), ("longer than its size", "5\r\nhello!!\r\n0\r\n\r\n"),
        ("two octets for a line end", "5\r\nhelloXX0\r\n\r\n"), ("shorter than its size", "7\r\nhello\r\n0\r\n\r\n"),
        ("an empty line between chunks", "1\r\nZ\r\n\r\n0\r\n\r\n"), ("bare LF behind the last chunk", "0\n\r\n"),
        ("bare LF at the end", "0\r\n\n"), ("CR and a letter at the end", "0\r\n\rX"),
        ("bare LF in an extension", "5;a\nhello\r\n0\r\n\r\n"),
        ("bare LF behind a semicolon", "5;\nhello\r\n0\r\n\r\n"),
        ("CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"), ("NUL in an extension", "5;a\0\r\nhello\r\n0\r\n\r\n"),
        ("extension without name", "5;\r\nhello\r\n0\r\n\r\n"), ("two semicolons", "5;;a\r\nhello\r\n0\r\n\r\n"),
        ("extension with a bracket", "5;bad[=x\r\nhello\r\n0\r\n\r\n"),
        ("extension without value", "5;a=\r\nhello\r\n0\r\n\r\n"),
        ("extension value with a quotation mark inside", "5;a=b\"c\"\r\nhello\r\n0\r\n\r\n"),
        ("text behind a quoted value", "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n"),
        ("line end in a quoted value", "5;a=\"b\r\nhello\r\n0\r\n\r\n"),
        ("bare LF in a quoted value", "5;a=\"b\nc\"\r\nhello\r\n0\r\n\r\n"),
        ("CR behind a back slash", "5;a=\"\\\r\n\"\r\nhello\r\n0\r\n\r\n"),
        ("white space behind an extension", "5;a \r\nhello\r\n0\r\n\r\n"),
        ("extensions without end", "5;" + String(repeating: "a", count: 5000) + "\r\nhello\r\n0\r\n\r\n"),
        ("trailer without colon", "0\r\nX\r\n\r\n"), ("trailer with space before colon", "0\r\nX : y\r\n\r\n"),
        ("trailer folded", "0\r\nX: y\r\n z\r\n\r\n"), ("trailer with bare LF", "0\r\nX: y\n\r\n"),
        ("Content-Length as a trailer", "0\r\nContent-Length: 50\r\n\r\n"),
        ("Transfer-Encoding as a trailer", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("Host as a trailer", "0\r\nHost: b\r\n\r\n"),
        ("a request as a trailer", "0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]

    @Test(arguments: refused)
    func whatIsNoChunkIsRefused(name: String, body: String) {
        let bytes = Array((Self.head + body).utf8)
        #expect(WireReading.request(bytes) == .refused(400), "\(name)")
        var reading = WireReading.incomplete
        for count in 0...bytes.count where reading == .incomplete { reading = .request(Array(bytes[..<count])) }
        #expect(reading == .refused(400), "\(name), byte by byte")
    }

    static let taken: [(body: String, content: String, trailers: String)] = [
        ("0\r\n\r\n", "", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello", ""), ("005\r\nhello\r\n000\r\n\r\n", "hello", ""),
        ("a\r\n0123456789\r\nB\r\nabcdefghijk\r\n0\r\n\r\n", "0123456789abcdefghijk", ""),
        ("5;a\r\nhello\r\n0;b=c\r\n\r\n", "hello", ""), ("5 ; a = b\r\nhello\r\n0\r\n\r\n", "hello", ""),
        ("5;a=\"b;\\\"c\\\\ \";d\r\nhello\r\n0\r\n\r\n", "hello", ""),
        ("5;a=\"b\" ;d=e\r\nhello\r\n0\r\n\r\n", "hello", ""),
        ("5\r\n\r\n0\r\n\r\n0\r\n\r\n", "\r\n0\r\n", ""),
        ("1\r\na\r\n0\r\nChecksum: x\r\n\r\n", "a", "Checksum: x\r\n"),
        // RFC 9110 §6.5.1: these do not authenticate or describe from behind.
        (
            "1\r\na\r\n0\r\nAuthorization: x\r\nTrailer: y\r\nCookie: z\r\n"
                + "X-Forwarded-For: b\r\nConnection: close\r\nETag: \"a\"\r\n\r\n", "a", "ETag: \"a\"\r\n"
        ),
    ]

    @Test(arguments: taken)
    func bodyIsTheSameInEverySplit(body: String, content: String, trailers: String) throws {
        let bytes = Array(body.utf8)
        let whole = try #require(try WireBody.chunked([bytes + Array("GET".utf8)]))
        #expect(String(decoding: whole.content, as: UTF8.self) == content)
        #expect(whole.trailers == trailers)
        #expect(whole.taken == bytes.count)
        for first in 0...bytes.count {
            #expect(try WireBody.chunked([Array(bytes[..<first]), Array(bytes[first...])]) == whole, "\(first)")
            if first < bytes.count { #expect(try WireBody.chunked([Array(bytes[..<first])]) == nil) }
        }
        #expect(try WireBody.chunked(bytes.map { [$0] }) == whole)
    }

    /// A size is passed on in one spelling, whatever it was.
    @Test func chunksArePassedOnInTheEdgesOwnForm() {
        let reading = WireReading.request(Array((Self.head + "005;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n").utf8))
        #expect(
            reading.text
                == "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n"
        )
    }

    @Test func sizeOfFifteenDigitsIsTaken() throws {
        var decoder = ChunkedDecoder()
        let start = Array("fffffffffffffff\r\nabc".utf8)
        #expect(try decoder.next(start) == .skip(17))
        #expect(try decoder.next(Array("abc".utf8)) == .data(3))
        #expect(try decoder.next([UInt8](repeating: 0, count: 100_000)) == .data(100_000))
    }

    @Test func numbersAreWrittenInDigits() {
        let output = OutputBytes(capacity: 1)
        for number in [0, 9, 10, 255, 256, 65_535, 1_000_000, .max] {
            output.append(decimal: number)
            output.append(" " as StaticString)
            output.append(hexadecimal: number)
            output.append("\n" as StaticString)
        }
        let lines = String(decoding: output.bytes, as: UTF8.self).split(separator: "\n")
        for (line, number) in zip(lines, [0, 9, 10, 255, 256, 65_535, 1_000_000, Int.max]) {
            #expect(line == "\(number) \(String(number, radix: 16))")
        }
    }
}
