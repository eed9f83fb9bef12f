/// What the fields of a response say about its own transmission, checked (RFC 9112 §6.3).
package struct ResponseRules: Sendable {
    package var framing = BodyFraming.none
    /// Whether the server goes on using its connection.
    package var keepsAlive = true
    /// The length that a response to HEAD or one of status 304 says another would have (RFC 9110 §8.6).
    package var announcedLength: UInt64?
    /// Whether Connection says that the protocol changes.
    package var upgrades = false

    /// Those of a response of another version of HTTP, to be filled in.
    package init() {}

    /// Checks a parsed head.
    ///
    /// - Parameter head: Loses the fields that Connection names.
    /// - Parameter method: The request's, without which the end of the response cannot be found.
    package init(_ head: Head, to method: Method) throws(HeadError) {
        let fields = FieldSurvey(head)
        let connection = fields.has(.connection) ? try ConnectionOptions(head) : ConnectionOptions()
        keepsAlive = head.minorVersion == 0 ? connection.keepsAlive && !connection.closes : !connection.closes
        upgrades = connection.upgrades
        let hasCoding = fields.has(.transferEncoding)
        if hasCoding { try BodyFraming.checkCoding(head, fields) }
        let length = try BodyFraming.length(head, fields, zeros: .read)
        if head.status < 200 || head.status == 204 || method == .connect && head.status < 300 {
            // Neither field belongs here (RFC 9110 §8.6, RFC 9112 §6.1). Whatever they say, the head is all (§6.3), but the
            // server may believe otherwise.
            let announces = hasCoding || length ?? 0 > 0
            if announces, head.status < 200 { throw .malformed("an interim response announces a body") }
            if announces { keepsAlive = false }
            return
        }
        if method == .head || head.status == 304 {
            announcedLength = length
            return
        }
        if hasCoding {
            guard let coding = head.first(.transferEncoding), head.isEqual(coding, ignoringCaseOf: "chunked") else {
                throw .codingNotSupported
            }
            framing = .chunked
        } else if let length {
            framing = length == 0 ? .none : .length(length)
        } else {
            framing = .untilClose
            keepsAlive = false
        }
    }
}
