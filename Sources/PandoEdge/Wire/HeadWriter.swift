/// Writes heads for the next hop in HTTP/1.1, so that they have one reading (RFC 9110 §7.6, RFC 9112 §6).
///
/// Fields of one connection are left out, and the fields that frame, route and tell of the client are always the edge's own.
/// Lines that are passed on as they came are copied in runs.
package enum HeadWriter {
    /// Writes a request for a server.
    ///
    /// - Parameters:
    ///   - head: The request, checked.
    ///   - rules: Its rules; where `upgrade` is not empty the change of protocol is asked for.
    ///   - host: What Host says; where it is empty, as it may be with HTTP/1.0, Host is empty.
    ///   - requestID: What X-Request-ID says; where it is empty the client's is passed on.
    ///   - forwarding: What is said of the client.
    package static func request(
        _ head: Head,
        _ rules: RequestRules,
        host: Slice,
        requestID: Slice,
        forwarding: borrowing Forwarding,
        to output: OutputBytes
    ) {
        let filter = RequestFilter(replacesID: !requestID.isEmpty, forwarding)
        let (fields, size) = measure(head)
        // The authority may be written twice about the client.
        let start =
            Int(head.methodName.count) + Int(head.target.count) + Int(host.count) + Int(head.authority.count) * 2
        let bound = size + start + Int(requestID.count) + Int(rules.upgrade.count) + forwarding.maximumBytes + 256
        var out = ByteCursor(output.room(bound))
        out.put(head.bytes(head.methodName))
        out.put(UInt8(ascii: " "))
        out.put(head.bytes(head.target))
        out.put(" HTTP/1.1\r\nHost: ")
        out.put(head.bytes(host))
        out.put("\r\n")
        let splitsCookies = fields.repeated.contains(.cookie)
        copyFields(head, &out) { id in !filter.drops(id) && !(splitsCookies && id == .cookie) }
        if splitsCookies { join(.cookie, "Cookie: ", "; ", head, &out) }
        forwarding.write(head, fields, to: &out)
        if !requestID.isEmpty { putLine("X-Request-ID: ", head.bytes(requestID), &out) }
        putConnection(rules, head, &out)
        putFraming(rules.framing, head.method, &out)
        out.put("\r\n")
        output.grew(out.count)
    }

    /// What is asked of the server about its connection. TE goes with the option of its name (RFC 9110 §10.1.4).
    private static func putConnection(_ rules: RequestRules, _ head: Head, _ out: inout ByteCursor) {
        switch (rules.upgrade.isEmpty, rules.acceptsTrailers) {
        case (true, false): break
        case (true, true): out.put("Connection: TE\r\nTE: trailers\r\n")
        case (false, let trailers):
            out.put(trailers ? "Connection: Upgrade, TE\r\nTE: trailers\r\n" : "Connection: Upgrade\r\n")
            putLine("Upgrade: ", head.bytes(rules.upgrade), &out)
        }
    }

    private static func putFraming(_ framing: BodyFraming, _ method: Method, _ out: inout ByteCursor) {
        switch framing {
        case .none:
            if method.expectsContent { out.put("Content-Length: 0\r\n") }
        case .length(let length): putLength(length, &out)
        case .chunked, .untilClose: out.put("Transfer-Encoding: chunked\r\n")
        }
    }

    @inline(__always)
    static func putLength(_ length: UInt64, _ out: inout ByteCursor) {
        out.put("Content-Length: ")
        out.put(decimal: length)
        out.put("\r\n")
    }

    @inline(__always)
    static func putLine(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>, _ out: inout ByteCursor) {
        out.put(name)
        out.put(value)
        out.put("\r\n")
    }

    /// Which fields there are, and how many bytes their lines take at most.
    @inline(__always)
    static func measure(_ head: Head) -> (fields: FieldSurvey, bytes: Int) {
        var size = 0
        for field in head.fields { size += Int(field.name.count) + Int(field.value.count) + 4 }
        return (FieldSurvey(head), size)
    }

    /// Copies the lines of the fields that are passed on, as many in one go as lie behind each other.
    @inline(__always)
    static func copyFields(_ head: Head, _ out: inout ByteCursor, where passes: (FieldName) -> Bool) {
        var run = (start: 0, end: 0)
        for field in head.fields where passes(field.id) {
            let (start, valueEnd) = (Int(field.name.start), Int(field.value.start) + Int(field.value.count))
            if head.isPlainLine(field) {
                if start != run.end {
                    out.put(head.bytes(Slice(run.start, run.end - run.start)))
                    run.start = start
                }
                run.end = valueEnd + 2
            } else {
                out.put(head.bytes(Slice(run.start, run.end - run.start)))
                run = (0, 0)
                out.put(head.bytes(field.name))
                out.put(": ")
                out.put(head.bytes(field.value))
                out.put("\r\n")
            }
        }
        out.put(head.bytes(Slice(run.start, run.end - run.start)))
    }

    /// Joins the values of several fields in one line: Cookie, which HTTP/2 splits (RFC 9113 §8.2.3).
    private static func join(
        _ id: FieldName,
        _ name: StaticString,
        _ separator: StaticString,
        _ head: Head,
        _ out: inout ByteCursor
    ) {
        out.put(name)
        var isFirst = true
        for field in head.fields where field.id == id {
            if !isFirst { out.put(separator) }
            isFirst = false
            out.put(head.bytes(field.value))
        }
        out.put("\r\n")
    }
}

/// Which fields of a request are not copied.
private struct RequestFilter {
    let replacesID: Bool
    let dropsForwarding: Bool

    @inline(__always)
    init(replacesID: Bool, _ forwarding: borrowing Forwarding) {
        self.replacesID = replacesID
        dropsForwarding = !forwarding.isTrusted
    }

    @inline(__always)
    func drops(_ id: FieldName) -> Bool {
        switch id {
        case .host, .contentLength, .connection, .transferEncoding, .te, .upgrade, .keepAlive, .proxyConnection,
            .proxyAuthenticate, .proxyAuthorization, .http2Settings:
            true
        // These are written behind the others, joined with the client's where it is trusted.
        case .xForwardedFor, .xForwardedProto, .xForwardedHost, .forwarded: true
        case .xRealIP: dropsForwarding
        case .xRequestID: replacesID
        default: false
        }
    }
}
