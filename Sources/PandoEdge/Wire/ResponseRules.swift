/// What the fields of a response say about its own transmission, checked (RFC 9112 §6.3).
package struct ResponseRules: Sendable {
    package var framing = BodyFraming.none
    /// Whether the server goes on using its connection.
    package var keepsAlive = true

    /// Checks a parsed head.
    ///
    /// - Parameter method: The request's, without which the end of the response cannot be found.
    package init(_ head: Head, to method: Method) throws(HeadError) {
        let connection = try ConnectionOptions(head)
        keepsAlive = head.minorVersion == 0 ? connection.keepsAlive && !connection.closes : !connection.closes
        let length = try RequestRules.length(head)
        let coding = head.first(.transferEncoding)
        if coding != nil, length != nil { throw .malformed("Content-Length and Transfer-Encoding together") }
        if coding != nil, head.minorVersion == 0 { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        if (100...199).contains(head.status) || head.status == 204 {
            // Neither field is allowed here (RFC 9110 §8.6, RFC 9112 §6.1); whoever obeys them waits for what never comes.
            if coding != nil || length ?? 0 > 0 { throw .malformed("a response that has no body announces one") }
            head.remove(.contentLength)
            return
        }
        if method == .head || head.status == 304 { return }
        if method == .connect, (200...299).contains(head.status) { return }
        if let coding {
            guard head.isEqual(coding, ignoringCaseOf: "chunked"),
                head.fields.count(where: { $0.id == .transferEncoding }) == 1
            else { throw .codingNotSupported }
            framing = .chunked
        } else if let length {
            framing = length == 0 ? .none : .length(length)
        } else {
            framing = .untilClose
            keepsAlive = false
        }
    }
}
