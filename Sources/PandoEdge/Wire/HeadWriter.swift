/// Writes heads as HTTP/1 (RFC 9112), with the framing that is ours.
enum HeadWriter {
    static func request(_ head: Head, _ rules: RequestRules, into output: OutputBytes) {
        output.append(head.bytes(head.methodName))
        output.append(" ")
        output.append(head.bytes(head.target))
        output.append(" HTTP/1.1\r\nhost: ")
        output.append(head.bytes(head.authority))
        output.append("\r\n")
        for field in head.fields where !field.id.isHopByHop {
            switch field.id {
            case .host, .contentLength: continue
            default: output.append(name: head.bytes(field.name), value: head.bytes(field.value))
            }
        }
        switch rules.framing {
        case .length(let length):
            output.append("content-length: ")
            output.append(decimal: Int(length))
            output.append("\r\n")
        case .chunked: output.append("transfer-encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        if !rules.upgrade.isEmpty {
            output.append("connection: upgrade\r\n")
            output.append(name: "upgrade", value: head.bytes(rules.upgrade))
        }
        output.append("\r\n")
    }

    static func response(
        _ head: Head,
        _ framing: BodyFraming,
        closes: Bool,
        to request: Head,
        into output: OutputBytes
    ) {
        statusLine(head, into: output)
        let keepsLength = request.method == .head || head.status == 304
        for field in head.fields where !field.id.isHopByHop {
            if field.id == .contentLength, !keepsLength { continue }
            output.append(name: head.bytes(field.name), value: head.bytes(field.value))
        }
        switch framing {
        case .length(let length):
            output.append("content-length: ")
            output.append(decimal: Int(length))
            output.append("\r\n")
        case .chunked: output.append("transfer-encoding: chunked\r\n")
        case .none:
            let hasNone = keepsLength || head.status == 204 || head.status < 200
            if !hasNone { output.append("content-length: 0\r\n") }
        case .untilClose: break
        }
        if closes {
            output.append("connection: close\r\n")
        } else if request.minorVersion == 0 {
            output.append("connection: keep-alive\r\n")
        }
        output.append("\r\n")
    }

    /// A response of the class 1xx.
    static func interim(_ head: Head, into output: OutputBytes) {
        statusLine(head, into: output)
        for field in head.fields where !field.id.isHopByHop || head.status == 101 && field.id == .upgrade {
            output.append(name: head.bytes(field.name), value: head.bytes(field.value))
        }
        if head.status == 101 { output.append("connection: upgrade\r\n") }
        output.append("\r\n")
    }

    private static func statusLine(_ head: Head, into output: OutputBytes) {
        output.append("HTTP/1.1 ")
        output.append(decimal: head.status)
        output.append(" ")
        output.append(StatusPage.phrase(head.status))
        output.append("\r\n")
    }
}

extension OutputBytes {
    fileprivate func append(name: StaticString, value: UnsafeBufferPointer<UInt8>) {
        name.withUTF8Buffer { append(name: $0, value: value) }
    }
}
