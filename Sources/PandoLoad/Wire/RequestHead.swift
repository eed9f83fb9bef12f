import NIOCore

/// Writes requests as HTTP/1.1 (RFC 9112 section 3), refusing what would not be one request.
struct RequestHead {
    private let fixedFields: String

    /// - Parameters:
    ///   - authority: the value of `Host`.
    ///   - headers: fields that every request has.
    init(authority: String, headers: [LoadHeader]) throws(LoadError) {
        var fields = "Host: \(authority)\r\n"
        if !headers.contains(where: { $0.name.lowercased() == "user-agent" }) { fields += "User-Agent: pando-load\r\n" }
        for header in headers {
            try Self.check(header)
            fields += "\(header.name): \(header.value)\r\n"
        }
        fixedFields = fields
    }

    /// The bytes of a request. A body always has a `Content-Length`; so has a `POST`, `PUT` or `PATCH` without one.
    ///
    /// - Throws: `invalidRequest` if method, path or a field cannot be written.
    func bytes(
        _ method: String,
        _ path: String,
        headers: [LoadHeader] = [],
        cookies: String = "",
        body: [UInt8] = []
    ) throws(LoadError) -> ByteBuffer {
        guard !method.isEmpty, method.utf8.allSatisfy(Self.isTokenByte) else {
            throw LoadError(.invalidRequest, "\"\(method)\" is not a method; write it like GET")
        }
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 })
        else {
            throw LoadError(.invalidRequest, "the path \"\(path)\" must begin with / and be percent-encoded, without #")
        }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(method.utf8.count + path.utf8.count + fixedFields.utf8.count + body.count + 192)
        buffer.writeString(method)
        buffer.writeInteger(UInt8(ascii: " "))
        buffer.writeString(path)
        buffer.writeString(" HTTP/1.1\r\n")
        buffer.writeString(fixedFields)
        for header in headers {
            try Self.check(header)
            buffer.writeString(header.name)
            buffer.writeString(": ")
            buffer.writeString(header.value)
            buffer.writeString("\r\n")
        }
        if !cookies.isEmpty {
            buffer.writeString("Cookie: ")
            buffer.writeString(cookies)
            buffer.writeString("\r\n")
        }
        if !body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH" {
            buffer.writeString("Content-Length: \(body.count)\r\n")
        }
        buffer.writeString("\r\n")
        buffer.writeBytes(body)
        return buffer
    }

    private static func check(_ header: LoadHeader) throws(LoadError) {
        guard !header.name.isEmpty, header.name.utf8.allSatisfy(isTokenByte) else {
            throw LoadError(.invalidRequest, "\"\(header.name)\" is not the name of a header field")
        }
        guard header.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
            throw LoadError(
                .invalidRequest,
                "the value of the field \(header.name) has control characters or line ends"
            )
        }
        for framing in ["content-length", "transfer-encoding", "host", "connection"]
        where header.name.lowercased() == framing {
            throw LoadError(.invalidRequest, "the field \(header.name) is written by the generator; leave it out")
        }
    }

    /// RFC 9110 section 5.6.2, `tchar`.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
