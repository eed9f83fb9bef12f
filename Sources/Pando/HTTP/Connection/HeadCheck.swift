import NIOHTTP1

/// Reads what decides over framing and routing from a request head, and refuses whatever two servers could read in two
/// ways. The parser below (llhttp, strict) already refuses bare LF, folded lines, blanks before a colon, invalid chunk
/// sizes and `Content-Length` with `Transfer-Encoding`; this repeats what is cheap and adds the rest.
struct HeadCheck: Equatable {
    /// The value of `Host`.
    var authority: String?
    /// The target for the router, in origin form or `*`.
    var target: String
    /// The announced length of the body.
    var contentLength: Int?
    /// Whether the client waits for `100 Continue` (RFC 9110, section 10.1.1).
    var expectsContinue = false
    /// Whether the client asks for another protocol. The parser stops behind such a request, so it is the last one.
    var asksForUpgrade = false

    /// Checks a head.
    ///
    /// - Throws: the problem to answer with before the connection is closed.
    init(_ head: HTTPRequestHead, limits: HTTPLimits) throws(Problem) {
        guard head.version.major == 1, head.version.minor <= 1 else {
            throw Problem(.malformedRequest, "Only HTTP/1.0 and HTTP/1.1 are spoken here")
        }
        guard head.uri.utf8.count <= limits.targetBytes else { throw Problem(.targetTooLong) }
        guard head.headers.count <= limits.fieldCount else { throw Problem(.headTooLarge) }
        target = ""
        var fields = Fields()
        for (name, value) in head.headers { try fields.read(name, value) }
        guard fields.lengths == 0 || !fields.isChunked else {
            throw Problem(.malformedRequest, "Content-Length and Transfer-Encoding exclude each other")
        }
        guard head.version.minor == 1 || !fields.isChunked else {
            throw Problem(.malformedRequest, "Transfer-Encoding is not part of HTTP/1.0")
        }
        guard fields.hosts == 1 || (fields.hosts == 0 && head.version.minor == 0) else {
            throw Problem(.malformedRequest, "Exactly one Host field is needed")
        }
        authority = fields.host
        contentLength = fields.length
        expectsContinue = fields.expectsContinue && head.version.minor == 1
        asksForUpgrade = fields.asksForUpgrade
        try readTarget(head)
        if let length = contentLength, length > limits.bodyBytes {
            throw RequestBodyError.tooLarge(limit: limits.bodyBytes).problem
        }
    }

    private mutating func readTarget(_ head: HTTPRequestHead) throws(Problem) {
        switch RequestTarget(head.uri) {
        case .origin(let text):
            target = text
        case .asterisk:
            guard head.method == .OPTIONS else { throw Problem(.malformedRequest, "Only OPTIONS may ask for '*'") }
            target = "*"
        case .absolute(let named, let text):
            // RFC 9112, section 3.2.2: the target wins over Host. A client that names two hosts is refused instead.
            guard authority == nil || authority?.lowercased() == named.lowercased() else {
                throw Problem(.malformedRequest, "The target and the Host field name different hosts")
            }
            authority = named
            target = text
        case .invalid:
            throw Problem(head.method == .CONNECT ? .methodNotAllowed : .invalidPath)
        }
    }
}

extension HeadCheck {
    /// One pass over the fields; names are told apart by their length first, for most are none of these.
    private struct Fields {
        var host: String?
        var hosts = 0
        var length: Int?
        var lengths = 0
        var isChunked = false
        var expectsContinue = false
        var asksForUpgrade = false

        mutating func read(_ name: String, _ value: String) throws(Problem) {
            switch name.utf8.count {
            case 4 where name.equalsIgnoringCase("host"):
                hosts += 1
                host = value
                guard RequestTarget.isAuthority(value.utf8) else {
                    throw Problem(.malformedRequest, "The Host field is not a host name with an optional port")
                }
            case 6 where name.equalsIgnoringCase("expect"):
                guard value.equalsIgnoringCase("100-continue") else { throw Problem(.expectationFailed) }
                expectsContinue = true
            case 7 where name.equalsIgnoringCase("upgrade"):
                asksForUpgrade = true
            case 14 where name.equalsIgnoringCase("content-length"):
                lengths += 1
                let isNumber = !value.isEmpty && value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                guard lengths == 1, isNumber, let number = Int(value) else {
                    throw Problem(.malformedRequest, "Content-Length must be one whole number")
                }
                length = number
            case 17 where name.equalsIgnoringCase("transfer-encoding"):
                guard !isChunked, value.equalsIgnoringCase("chunked") else {
                    throw Problem(.malformedRequest, "The only Transfer-Encoding known here is 'chunked', once")
                }
                isChunked = true
            default:
                break
            }
        }
    }
}

extension String {
    /// Equality of ASCII texts without regard to case; `lowered` must be in lower case.
    func equalsIgnoringCase(_ lowered: StaticString) -> Bool {
        utf8.count == lowered.utf8CodeUnitCount && startsIgnoringCase(lowered)
    }

    /// Whether the text begins with an ASCII text, without regard to case; `lowered` must be in lower case.
    func startsIgnoringCase(_ lowered: StaticString) -> Bool {
        guard utf8.count >= lowered.utf8CodeUnitCount else { return false }
        var position = lowered.utf8Start
        for byte in utf8.prefix(lowered.utf8CodeUnitCount) {
            let low = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            if low != position.pointee { return false }
            position += 1
        }
        return true
    }
}
