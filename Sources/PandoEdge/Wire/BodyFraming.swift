/// How the end of a message's body is found (RFC 9112 §6.3).
package enum BodyFraming: Equatable, Sendable {
    case none
    /// So many bytes.
    case length(UInt64)
    case chunked
    /// Until the connection closes; responses only.
    case untilClose
}

extension BodyFraming {
    /// The framing of a request: length or coding; both together is how requests are smuggled (RFC 9112 §6.1, §11.2).
    static func request(_ head: Head, _ fields: FieldSurvey) throws(HeadError) -> BodyFraming {
        guard fields.has(.transferEncoding) else {
            guard let length = try length(head, fields, zeros: .refused), length > 0 else { return .none }
            return .length(length)
        }
        try checkCoding(head, fields)
        guard let coding = head.first(.transferEncoding), head.isEqual(coding, ignoringCaseOf: "chunked") else {
            // Where the last coding is not chunked the end of the body cannot be found (RFC 9112 §6.3).
            guard isChunkedLast(head) else {
                throw .malformed("a Transfer-Encoding that does not say chunked, once and last")
            }
            throw .codingNotSupported
        }
        return .chunked
    }

    /// What no Transfer-Encoding may come with (RFC 9112 §6.1).
    static func checkCoding(_ head: Head, _ fields: FieldSurvey) throws(HeadError) {
        if fields.has(.contentLength) { throw .malformed("Content-Length and Transfer-Encoding together") }
        if head.minorVersion == 0 { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        if fields.repeated.contains(.transferEncoding) { throw .malformed("Transfer-Encoding more than once") }
    }

    /// Whether the one Transfer-Encoding is a list of tokens that says chunked at its end and nowhere else. Empty elements are
    /// no part of one here, for servers disagree on ",chunked".
    private static func isChunkedLast(_ head: Head) -> Bool {
        guard let list = head.first(.transferEncoding) else { return false }
        var (elements, chunked, isLast) = (0, 0, false)
        for element in ListElements(head, list) {
            guard head.bytes(element).allSatisfy({ Characters.isIn($0, Characters.token) }) else { return false }
            isLast = head.isEqual(element, ignoringCaseOf: "chunked")
            elements += 1
            chunked += isLast ? 1 : 0
        }
        let commas = head.bytes(list).count { $0 == UInt8(ascii: ",") }
        return chunked == 1 && isLast && elements == commas + 1
    }

    /// What to do with zeros in front of a length.
    enum LeadingZeros {
        /// In requests: the grammar has them, but no client writes them, and some proxies in front read them as octal.
        case refused
        /// In responses: servers that fill in the length afterwards do write them, and the edge writes its own in their place.
        case read
    }

    /// The one Content-Length; nil without any.
    static func length(_ head: Head, _ fields: FieldSurvey, zeros: LeadingZeros) throws(HeadError) -> UInt64? {
        guard fields.has(.contentLength), let value = head.first(.contentLength) else { return nil }
        if fields.repeated.contains(.contentLength) { throw .malformed("Content-Length more than once") }
        let digits = head.bytes(value)
        // Eighteen digits are less than 2^63.
        guard (1...18).contains(digits.count), digits.allSatisfy(Characters.isDigit) else {
            throw .malformed("Content-Length is not a number of 1 to 18 digits")
        }
        if zeros == .refused, digits.count > 1, digits[0] == UInt8(ascii: "0") {
            throw .malformed("Content-Length begins with a zero")
        }
        return digits.reduce(0) { $0 &* 10 &+ UInt64($1 &- UInt8(ascii: "0")) }
    }
}
