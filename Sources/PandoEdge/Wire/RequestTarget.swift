/// Finds host and path in the four forms of a request's target (RFC 9112 §3.2).
package enum RequestTarget {
    /// The schemes that a target in absolute form may have.
    package enum Scheme: Sendable {
        case http, https
    }

    /// Sets the authority of a head, and its target in origin form.
    ///
    /// - Returns: The scheme of a target in absolute form; nil for the other forms.
    static func settle(_ head: Head, _ fields: FieldSurvey) throws(HeadError) -> Scheme? {
        if fields.repeated.contains(.host) { throw .malformed("Host more than once") }
        let host = fields.has(.host) ? head.first(.host) : nil
        if let host {
            if !host.isEmpty { head.authority = try checkedHost(head, host) }
        } else if head.minorVersion > 0 {
            throw .malformed("a request of HTTP/1.1 without Host")
        }
        let target = head.bytes(head.target)
        if head.method == .connect {
            try settleAuthorityForm(head)
            return nil
        }
        guard target[0] == UInt8(ascii: "/") || target.count == 1 && target[0] == UInt8(ascii: "*") else {
            return try settleAbsoluteForm(head)
        }
        // The URI of http has no empty host (RFC 9110 §4.2.1), and servers differ in the one that they put in its place.
        if let host, host.isEmpty { throw .malformed("an empty Host") }
        if target[0] == UInt8(ascii: "*"), head.method != .options {
            throw .malformed("the target * is for OPTIONS alone")
        }
        return nil
    }

    /// The authority form is CONNECT's alone, and its port is not optional (RFC 9110 §9.3.6).
    private static func settleAuthorityForm(_ head: Head) throws(HeadError) {
        head.authority = try checkedHost(head, head.target)
        guard HostName.port(head.bytes(head.authority)) ?? 0 > 0 else { throw .malformed("CONNECT without a port") }
    }

    /// The absolute form: its host replaces that of the field Host (RFC 9112 §3.2.2).
    private static func settleAbsoluteForm(_ head: Head) throws(HeadError) -> Scheme {
        let (scheme, start) = try scheme(head)
        let target = head.bytes(head.target)
        var end = start
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
        guard end > start else { throw .malformed("a URI with an empty host") }
        head.authority = try checkedHost(head, Slice(Int(head.target.start) + start, end - start))
        let rest = Slice(Int(head.target.start) + end, target.count - end)
        if !rest.isEmpty, target[end] == UInt8(ascii: "/") {
            head.target = rest
        } else if rest.isEmpty, head.method == .options {
            // OPTIONS of a URI without path and query is for the server as a whole (RFC 9112 §3.2.4).
            head.target = head.append("*" as StaticString)
        } else {
            head.target = head.append("/" + head.text(rest))
        }
        return scheme
    }

    private static func scheme(_ head: Head) throws(HeadError) -> (Scheme, Int) {
        for (scheme, prefix) in [(Scheme.http, "http://"), (.https, "https://")] {
            let count = prefix.utf8.count
            guard head.target.count >= count else { continue }
            if head.isEqual(Slice(Int(head.target.start), count), ignoringCaseOf: prefix) { return (scheme, count) }
        }
        throw .malformed("the request target is neither a path, nor a URI of http or https")
    }

    /// A host with an optional port; an empty port is left out (RFC 9110 §4.2.3).
    private static func checkedHost(_ head: Head, _ slice: Slice) throws(HeadError) -> Slice {
        let host = head.bytes(slice)
        if let problem = HostName.problem(host) { throw .malformed(problem) }
        return host[host.count - 1] == UInt8(ascii: ":") ? Slice(Int(slice.start), host.count - 1) : slice
    }
}
