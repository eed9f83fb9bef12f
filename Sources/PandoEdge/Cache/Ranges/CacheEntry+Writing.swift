extension CacheEntry {
    /// Writes the head of an answer for HTTP/1 but for the fields of the connection, Cache-Status and the empty line.
    ///
    /// What is sent behind it is ``body``, the part, or the parts between the texts of the plan; nothing to a HEAD or a 304.
    package func writeHead(_ plan: ServePlan, to output: OutputBytes, now: CacheTime) {
        switch plan {
        case .whole:
            wire.withUnsafeBufferPointer { output.append($0) }
        case .notModified:
            output.append("HTTP/1.1 304 Not Modified\r\n")
            writeFields(to: output) { Self.belongsIn304($0) }
        case .part(let range):
            output.append("HTTP/1.1 206 Partial Content\r\n")
            writeFields(to: output) { _ in true }
            Self.writeContentRange(range, length: facts.range == nil ? length : facts.range?.length ?? -1, to: output)
            Self.writeLength(range.count, to: output)
        case .parts(let parts):
            output.append("HTTP/1.1 206 Partial Content\r\n")
            // The type of each part stands with the part.
            writeFields(to: output) { $0 != .contentType }
            output.append("content-type: ")
            output.append(parts.contentType)
            output.append("\r\n")
            Self.writeLength(parts.length, to: output)
        case .unsatisfiable:
            output.append("HTTP/1.1 416 Range Not Satisfiable\r\ncontent-range: bytes */")
            output.append(decimal: Int(length))
            output.append("\r\ncontent-length: 0\r\n")
            writeFields(to: output) { $0 == .date }
            return
        }
        output.append("age: ")
        output.append(decimal: Int(clamping: age(at: now)))
        output.append("\r\n")
    }

    private func writeFields(to output: OutputBytes, where isWritten: (FieldName) -> Bool) {
        head.bytes.withUnsafeBufferPointer { bytes in
            for field in head.fields where isWritten(field.id) {
                let name = bytes[Int(field.name.start)..<Int(field.name.start + field.name.count)]
                let value = bytes[Int(field.value.start)..<Int(field.value.start + field.value.count)]
                output.append(
                    name: UnsafeBufferPointer(rebasing: name),
                    value: UnsafeBufferPointer(rebasing: value)
                )
            }
        }
    }

    /// What a 304 repeats (RFC 9110 §15.4.5); all else about the content the client has already. Fields about the exchange and not
    /// the content, such as those of CORS, have to be there too, and the edge knows too few of them to choose.
    static func belongsIn304(_ id: FieldName) -> Bool {
        switch id {
        case .contentType, .contentEncoding, .contentRange, .lastModified, .acceptRanges, .setCookie: false
        default: true
        }
    }

    private static func writeContentRange(_ range: ByteRange, length: Int64, to output: OutputBytes) {
        output.append("content-range: bytes ")
        output.append(decimal: Int(range.first))
        output.append("-")
        output.append(decimal: Int(range.last))
        output.append("/")
        if length < 0 { output.append("*") } else { output.append(decimal: Int(length)) }
        output.append("\r\n")
    }

    private static func writeLength(_ length: Int64, to output: OutputBytes) {
        output.append("content-length: ")
        output.append(decimal: Int(length))
        output.append("\r\n")
    }
}
