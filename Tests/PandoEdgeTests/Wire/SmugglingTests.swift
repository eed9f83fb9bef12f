import Testing

@testable import PandoEdge

/// What two servers have been seen to read in two ways. The edge refuses it, or passes it on in one reading: a frame of its
/// own and no field that says otherwise.
///
/// Collected from RFC 9112 §11, the reports of PortSwigger, the HTTP Garden, Http11Probe and the tests of llhttp and h11.
@Suite struct SmugglingTests {
    /// Ambiguous in the start line or the fields: refused before a byte of it is passed on.
    static let refused: [(String, Int, String)] = [
        // RFC 9112 §6.1 and §6.3: length and coding.
        (
            "CL.TE", 400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX"
        ),
        (
            "TE.CL", 400,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
        ),
        (
            "CL.0 with TE", 400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        (
            "CL garbage with TE", 400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: blah\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("TE twice", 400, field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
        ("TE and identity", 400, field("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")),
        ("TE xchunked", 400, field("Transfer-Encoding: xchunked")),
        ("TE chunkedx", 400, field("Transfer-Encoding: chunkedx")),
        ("TE gzip", 400, field("Transfer-Encoding: gzip")),
        ("TE identity", 400, field("Transfer-Encoding: identity")),
        ("TE chunked, identity", 400, field("Transfer-Encoding: chunked, identity")),
        ("TE chunked, gzip", 400, field("Transfer-Encoding: chunked, gzip")),
        ("TE chunked, chunked", 400, field("Transfer-Encoding: chunked, chunked")),
        ("TE gzip, chunked", 501, field("Transfer-Encoding: gzip, chunked")),
        ("TE empty", 400, field("Transfer-Encoding:")),
        ("TE leading comma", 400, field("Transfer-Encoding: ,chunked")),
        ("TE trailing comma", 400, field("Transfer-Encoding: chunked,")),
        ("TE parameter", 400, field("Transfer-Encoding: chunked;a=b")),
        ("TE quoted", 400, field("Transfer-Encoding: \"chunked\"")),
        ("TE vertical tab", 400, field("Transfer-Encoding: \u{B}chunked")),
        ("TE form feed", 400, field("Transfer-Encoding: chunked\u{C}")),
        ("TE in single quotes", 400, field("Transfer-Encoding: 'chunked'")),
        ("TE two words", 400, field("Transfer-Encoding: chunked chunked")),
        ("TE with NUL", 400, field("Transfer-Encoding: chunked\0")),
        ("TE with no-break space", 400, field("Transfer-Encoding: \u{A0}chunked")),
        ("TE folded", 400, field("Transfer-Encoding:\r\n chunked")),
        ("TE folded with tab", 400, field("Transfer-Encoding:\r\n\tchunked")),
        ("TE behind a fold", 400, field("X: y\r\n Transfer-Encoding: chunked")),
        ("TE over two lines", 400, field("Transfer-\r\nEncoding: chunked")),
        ("TE with space before colon", 400, field("Transfer-Encoding : chunked")),
        ("TE with tab before colon", 400, field("Transfer-Encoding\t: chunked")),
        ("TE without colon", 400, field("Transfer-Encoding chunked")),
        ("TE with underscore", 400, field("Transfer_Encoding: chunked")),
        ("TE behind bare CR", 400, field("X: y\rTransfer-Encoding: chunked")),
        ("TE behind bare LF", 400, field("X: y\nTransfer-Encoding: chunked")),
        ("TE behind NUL", 400, field("X: y\0Transfer-Encoding: chunked")),
        ("TE with CR in its name", 400, field("Transfer\r-Encoding: chunked")),
        ("TE in HTTP/1.0", 400, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        // RFC 9110 §8.6: Content-Length.
        ("CL twice, different", 400, field("Content-Length: 5\r\nContent-Length: 6")),
        ("CL twice, the same", 400, field("Content-Length: 5\r\nContent-Length: 5")),
        ("CL empty and another", 400, field("Content-Length:\r\nContent-Length: 5")),
        ("CL list", 400, field("Content-Length: 5, 5")),
        ("CL list, different", 400, field("Content-Length: 5, 6")),
        ("CL empty", 400, field("Content-Length:")),
        ("CL plus", 400, field("Content-Length: +5")),
        ("CL minus", 400, field("Content-Length: -5")),
        ("CL minus zero", 400, field("Content-Length: -0")),
        ("CL hexadecimal", 400, field("Content-Length: 0x5")),
        ("CL octal", 400, field("Content-Length: 0o5")),
        ("CL binary", 400, field("Content-Length: 0b1")),
        ("CL leading zero", 400, field("Content-Length: 05")),
        ("CL zeros", 400, field("Content-Length: 00")),
        ("CL underscore", 400, field("Content-Length: 1_0")),
        ("CL two numbers", 400, field("Content-Length: 1 0")),
        ("CL letters behind", 400, field("Content-Length: 5abc")),
        ("CL fraction", 400, field("Content-Length: 5.0")),
        ("CL exponent", 400, field("Content-Length: 5e0")),
        ("CL semicolon", 400, field("Content-Length: 5;a")),
        ("CL overflow of 64 bits", 400, field("Content-Length: 18446744073709551621")),
        ("CL overflow of 32 bits, too long", 400, field("Content-Length: 0000000000004294967301")),
        ("CL vertical tab", 400, field("Content-Length: \u{B}5")),
        ("CL wide digit", 400, field("Content-Length: \u{FF15}")),
        ("CL with space before colon", 400, field("Content-Length : 5")),
        ("CL with next-line before colon", 400, field("Content-Length\u{85}: 5")),
        (
            "CL in the first field with white space", 400,
            "POST / HTTP/1.1\r\n Content-Length: 5\r\nHost: a\r\n\r\nabcde"
        ),
        ("CL with underscore", 400, field("Content_Length: 5")),
        // RFC 9112 §2.2 and §5: lines and fields.
        ("bare LF behind the request line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        ("bare CR behind the request line", 400, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        ("bare LF at the end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        ("CR CR LF at the end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n"),
        ("CR and a letter at the end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\rZ"),
        ("LF before the request line", 400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("two empty lines before", 400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("space before the method", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a space as the first line of fields", 400, "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n"),
        ("field without name", 400, field(": b")),
        ("field without colon", 400, field("Test")),
        ("field name with space", 400, field("A b: c")),
        ("field name of octets above 127", 400, field("\u{E9}: c")),
        ("NUL in a value", 400, field("A: b\0c")),
        ("DEL in a value", 400, field("A: b\u{7F}c")),
        ("escape in a value", 400, field("A: b\u{1B}c")),
        ("line ends CR CR LF", 400, field("A: b\r\r\nB: c")),
        ("value begins with LF LF", 400, field("A:\n\nGET / HTTP/1.1")),
        // RFC 9112 §3: the request line.
        ("two spaces behind the method", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("two spaces behind the target", 400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("tab behind the method", 400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("tab behind the target", 400, "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        ("form feed behind the target", 400, "GET /\u{C}HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("space in the target", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("space behind the version", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        ("text behind the version", 400, "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n"),
        ("lower-case version", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
        ("another protocol", 400, "GET / HTTX/1.1\r\nHost: a\r\n\r\n"),
        ("version of three digits", 400, "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
        ("version of two major digits", 400, "GET / HTTP/11.1\r\nHost: a\r\n\r\n"),
        ("version without a point", 400, "GET / HTTP/11\r\nHost: a\r\n\r\n"),
        ("version with a comma", 400, "GET / HTTP/1,1\r\nHost: a\r\n\r\n"),
        ("version 2.0", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        ("version 0.9", 505, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
        ("HTTP/0.9", 400, "GET /\r\n"),
        ("no target", 400, "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("empty target", 400, "GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("fragment", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("octets above 127 in the target", 400, "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("NUL in the target", 400, "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("method with a quotation mark", 400, "G\"T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("method with a colon", 400, "GET: / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("lower-case method", 400, "head / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("TLS on a plain port", 400, "\u{16}\u{3}\u{1}\u{2}\0"),
        // RFC 9112 §3.2: target and host.
        ("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
        ("no Host with absolute form", 400, "GET http://a/ HTTP/1.1\r\n\r\n"),
        ("Host twice", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("Host twice, the same", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        ("Host with underscore twin", 400, "GET / HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: b\r\n\r\n"),
        ("Host empty", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        ("Host with user information", 400, host("user@a")),
        ("Host with path", 400, host("a/b")),
        ("Host with query", 400, host("a?b")),
        ("Host with fragment", 400, host("a#b")),
        ("Host with space", 400, host("a b")),
        ("Host list", 400, host("a,b")),
        ("Host list with space", 400, host("a, b")),
        ("Host with back slash", 400, host("a\\b")),
        ("Host with percent", 400, host("%61")),
        ("Host with NUL", 400, host("a\0b")),
        ("Host with octets above 127", 400, host("\u{E9}")),
        ("Host with two ports", 400, host("a:80:80")),
        ("Host with a port of letters", 400, host("a:x")),
        ("Host with a signed port", 400, host("a:+80")),
        ("Host with port 65536", 400, host("a:65536")),
        ("Host with a long port", 400, host("a:000080")),
        ("Host is a port", 400, host(":80")),
        ("Host with an open bracket", 400, host("[::1")),
        ("Host with a bracket in its middle", 400, host("a[::1]")),
        ("Host with text behind the bracket", 400, host("[::1]a")),
        ("Host with a name in brackets", 400, host("[localhost]")),
        ("Host with a zone", 400, host("[fe80::1%25eth0]")),
        ("Host with empty brackets", 400, host("[]")),
        ("absolute form with user information", 400, "GET http://u@b/ HTTP/1.1\r\nHost: b\r\n\r\n"),
        ("absolute form with password", 400, "GET http://u:p@b/ HTTP/1.1\r\nHost: b\r\n\r\n"),
        ("absolute form without host", 400, "GET http:///a HTTP/1.1\r\nHost: b\r\n\r\n"),
        ("absolute form without slashes", 400, "GET http:a HTTP/1.1\r\nHost: b\r\n\r\n"),
        ("absolute form of ftp", 400, "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("absolute form with back slash", 400, "GET http://a\\b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("relative path", 400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("query without path", 400, "GET ?a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("host alone", 400, "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("asterisk with GET", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("asterisk and more", 400, "OPTIONS *a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT with a path", 400, "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT with a URI", 400, "CONNECT http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT without port", 400, "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT with an empty port", 400, "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT with port 0", 400, "CONNECT a:0 HTTP/1.1\r\nHost: a\r\n\r\n"),
        // RFC 9110 §9.3.6 and §9.3.8: methods without content.
        ("CONNECT with a body", 400, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"),
        ("TRACE with a body", 400, "TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"),
        // RFC 9110 §7.6.1 and §10.1.1.
        ("Connection hides Content-Length", 400, field("Connection: content-length\r\nContent-Length: 5")),
        ("Connection hides Host", 400, field("Connection: close, host")),
        ("Connection hides Authorization", 400, field("Connection: Authorization\r\nAuthorization: x")),
        ("Connection is no token", 400, field("Connection: \"close\"")),
        ("Expect unknown", 417, field("Expect: 200-ok\r\nContent-Length: 5")),
        ("Expect with a word before", 417, field("Expect: y 100-continue\r\nContent-Length: 5")),
        ("Expect list", 417, field("Expect: 100-continue, x\r\nContent-Length: 5")),
        ("Max-Forwards signed", 400, "OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: +1\r\n\r\n"),
    ]

    static func field(_ line: String) -> String { "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\nabcde" }
    static func host(_ host: String) -> String { "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n" }

    @Test(arguments: refused)
    func ambiguousHeadIsRefused(name: String, status: Int, text: String) {
        #expect(WireReading.request(latin(text)) == .refused(status), "\(name)")
    }

    /// The same with the octets as they are in UTF-8, and once the bytes have come one by one.
    @Test(arguments: refused)
    func refusalDoesNotDependOnHowTheBytesCome(name: String, status: Int, text: String) {
        let bytes = latin(text)
        var reading = WireReading.incomplete
        for count in 0...bytes.count where reading == .incomplete { reading = .request(Array(bytes[..<count])) }
        #expect(reading == .refused(status), "\(name)")
    }

    /// Each scalar as one octet where it fits, so that a case can hold any octet.
    private func latin(_ text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { $0.value < 256 ? [UInt8($0.value)] : Array(String($0).utf8) }
    }
}
