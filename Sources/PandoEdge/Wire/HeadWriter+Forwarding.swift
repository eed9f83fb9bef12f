extension Forwarding {
    /// Writes what is said of the client.
    ///
    /// - Parameter fields: Which fields the request has.
    @inline(__always)
    func write(_ head: Head, _ fields: FieldSurvey, to out: inout ByteCursor) {
        out.put(head.minorVersion == 0 ? via.old : via.new)
        if isTrusted {
            writeTrusted(head, fields, to: &out)
        } else {
            if writesXForwarded {
                out.put(xForwarded)
                if !head.authority.isEmpty {
                    HeadWriter.putLine("X-Forwarded-Host: ", head.bytes(head.authority), &out)
                }
            }
            if writesForwarded { writeElement("Forwarded: ", head, to: &out) }
        }
    }

    /// Adds to what a trusted proxy said. What is one list is written as one line, because many servers read the first or the
    /// last line alone. Where the edge writes none of them, what came is passed on.
    private func writeTrusted(_ head: Head, _ fields: FieldSurvey, to out: inout ByteCursor) {
        writeList(.xForwardedFor, "X-Forwarded-For: ", head, fields, writesXForwarded ? address : [], to: &out)
        if fields.has(.xForwardedProto) {
            writeList(.xForwardedProto, "X-Forwarded-Proto: ", head, fields, [], to: &out)
        } else if writesXForwarded {
            scheme.withUnsafeBufferPointer { HeadWriter.putLine("X-Forwarded-Proto: ", $0, &out) }
        }
        if fields.has(.xForwardedHost) {
            writeList(.xForwardedHost, "X-Forwarded-Host: ", head, fields, [], to: &out)
        } else if writesXForwarded, !head.authority.isEmpty {
            HeadWriter.putLine("X-Forwarded-Host: ", head.bytes(head.authority), &out)
        }
        guard fields.has(.forwarded) else {
            if writesForwarded { writeElement("Forwarded: ", head, to: &out) }
            return
        }
        out.put("Forwarded: ")
        writeValues(.forwarded, head, to: &out)
        if writesForwarded {
            writeElement(", ", head, to: &out)
        } else {
            out.put("\r\n")
        }
    }

    /// One line with all values of a field, and one more; none where there is nothing to write.
    private func writeList(
        _ id: FieldName,
        _ name: StaticString,
        _ head: Head,
        _ fields: FieldSurvey,
        _ more: [UInt8],
        to out: inout ByteCursor
    ) {
        guard fields.has(id) || !more.isEmpty else { return }
        out.put(name)
        if fields.has(id) {
            writeValues(id, head, to: &out)
            if !more.isEmpty { out.put(", ") }
        }
        out.put(more)
        out.put("\r\n")
    }

    private func writeValues(_ id: FieldName, _ head: Head, to out: inout ByteCursor) {
        var isFirst = true
        for field in head.fields where field.id == id && !field.value.isEmpty {
            if !isFirst { out.put(", ") }
            isFirst = false
            out.put(head.bytes(field.value))
        }
    }

    /// `for=…;proto=…;host="…"` and the end of the line (RFC 7239 §4); a host has nothing that must be escaped.
    private func writeElement(_ before: StaticString, _ head: Head, to out: inout ByteCursor) {
        out.put(before)
        out.put(forwarded)
        if !head.authority.isEmpty {
            out.put(";host=\"")
            out.put(head.bytes(head.authority))
            out.put("\"")
        }
        out.put("\r\n")
    }
}
