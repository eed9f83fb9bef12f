extension HeadWriter {
    /// What the request said that its response depends on.
    package struct ResponseTerms: Sendable {
        /// The minor version of the client's HTTP/1.
        package var minorVersion: UInt8 = 1
        package var method = Method.get
        /// Whether both sides would go on using the client's connection.
        package var keepsAlive = true

        package init() {}
    }

    /// How the response that was written goes on.
    package struct Passed: Equatable, Sendable {
        /// How the client finds the end of the body: what comes from the server is put into this form.
        package var framing: BodyFraming
        /// Whether the client's connection may be used again behind it.
        package var keepsAlive: Bool
    }

    /// Writes a response for a client, interim ones too.
    ///
    /// - Parameters:
    ///   - head: The response, checked. An interim one must not come here where the client is of HTTP/1.0.
    ///   - rules: Its rules.
    ///   - terms: What the request said.
    ///   - via: The line Via, or nothing; see ``viaLine(_:)``.
    ///   - date: The time of now, for a response without Date.
    package static func response(
        _ head: Head,
        _ rules: ResponseRules,
        terms: ResponseTerms,
        via: [UInt8],
        date: borrowing DateLine,
        to output: OutputBytes
    ) -> Passed {
        let (fields, size) = measure(head)
        var out = ByteCursor(output.room(size + via.count + 256))
        putStatusLine(head.status, &out)
        let isInterim = head.status < 200
        copyFields(head, &out) { id in !(id.isHopByHop || id == .contentLength) }
        out.put(via)
        if !isInterim, !fields.has(.date) { putDate(date, &out) }
        let passed = isInterim ? Passed(framing: .none, keepsAlive: true) : frame(head, rules, terms, &out)
        if head.status == 101 || head.status == 426, let upgrade = head.first(.upgrade) {
            // Both say which protocol (RFC 9110 §15.2.2, §15.5.22).
            out.put(passed.keepsAlive ? "Connection: Upgrade\r\n" : "Connection: Upgrade, close\r\n")
            putLine("Upgrade: ", head.bytes(upgrade), &out)
        } else if !isInterim, !passed.keepsAlive {
            out.put("Connection: close\r\n")
        } else if !isInterim, terms.minorVersion == 0 {
            out.put("Connection: keep-alive\r\n")
        }
        out.put("\r\n")
        output.grew(out.count)
        return passed
    }

    /// The line Via of responses, to be kept: what it says of the server's version is that of all servers that count.
    package static func viaLine(_ name: String?) -> [UInt8] { name.map { Array("Via: 1.1 \($0)\r\n".utf8) } ?? [] }

    /// Writes the fields that frame a final response, and says how its body goes on.
    private static func frame(
        _ head: Head,
        _ rules: ResponseRules,
        _ terms: ResponseTerms,
        _ out: inout ByteCursor
    ) -> Passed {
        let passed = Passed(framing: rules.framing, keepsAlive: terms.keepsAlive)
        if head.status == 204 || terms.method == .connect && head.status < 300 { return passed }
        if terms.method == .head || head.status == 304 {
            if let length = rules.announcedLength { putLength(length, &out) }
            return passed
        }
        switch rules.framing {
        case .none: out.put("Content-Length: 0\r\n")
        case .length(let length): putLength(length, &out)
        case .chunked, .untilClose:
            // HTTP/1.0 has no chunks (RFC 9112 §6.1).
            guard terms.minorVersion > 0 else { return Passed(framing: .untilClose, keepsAlive: false) }
            out.put("Transfer-Encoding: chunked\r\n")
            return Passed(framing: .chunked, keepsAlive: terms.keepsAlive)
        }
        return passed
    }

    private static func putStatusLine(_ status: Int, _ out: inout ByteCursor) {
        let line = StatusLine.text(status)
        if line.utf8CodeUnitCount > 0 { return out.put(line) }
        out.put("HTTP/1.1 ")
        out.put(decimal: UInt64(status))
        out.put(" \r\n")
    }

    @inline(__always)
    private static func putDate(_ date: borrowing DateLine, _ out: inout ByteCursor) {
        date.octets.span.withUnsafeBufferPointer { out.put($0) }
    }
}
