/// Whether a request asks for WebSocket and a response grants it, as far as one who passes both on must know (RFC 6455 §4).
///
/// A tunnel may be opened on nothing less: where the edge took a refusal for a grant, whatever the client sends next would
/// reach the server past every rule.
package enum WebSocketUpgrade {
    /// What a request asks for.
    package enum Request: Equatable, Sendable {
        /// Not for WebSocket.
        case none
        case valid
        /// For WebSocket, but not as it must: 400, with what is wrong.
        case malformed(String)
        /// For another version than 13: 426 with Sec-WebSocket-Version (§4.4).
        case otherVersion
    }

    /// Checks a request of HTTP/1.1 (§4.1, §4.2.1).
    package static func request(_ head: Head, _ rules: RequestRules) -> Request {
        guard !rules.upgrade.isEmpty, asksForWebSocket(head, rules.upgrade) else { return .none }
        guard head.method == .get else { return .malformed("WebSocket with a method that is not GET") }
        guard rules.framing == .none else { return .malformed("WebSocket with a body") }
        guard let key = single(.secWebSocketKey, head), isKey(head.bytes(key)) else {
            return .malformed("Sec-WebSocket-Key is not 16 octets in base64, once")
        }
        guard let version = single(.secWebSocketVersion, head) else {
            return .malformed("Sec-WebSocket-Version is not there once")
        }
        return head.isEqual(version, ignoringCaseOf: "13") ? .valid : .otherVersion
    }

    /// Whether a response opens the connection that a valid request asked for (§4.1, §4.2.2).
    package static func isGranted(by response: Head, _ rules: ResponseRules, to request: Head) -> Bool {
        guard response.status == 101, rules.upgrades, let upgrade = single(.upgrade, response),
            response.isEqual(upgrade, ignoringCaseOf: "websocket"),
            let key = single(.secWebSocketKey, request), let accept = single(.secWebSocketAccept, response)
        else { return false }
        return response.bytes(accept).elementsEqual(Self.accept(request.bytes(key)))
    }

    /// Whether a switch of protocols is one that was asked for: a request for WebSocket is granted as that and as nothing else; what
    /// others mean the edge does not know.
    package static func isAgreed(
        _ response: Head,
        _ rules: ResponseRules,
        to request: Head,
        _ asked: RequestRules
    ) -> Bool {
        !asksForWebSocket(request, asked.upgrade) || isGranted(by: response, rules, to: request)
    }

    /// What Sec-WebSocket-Accept says to a key.
    package static func accept(_ key: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        Base64.encode(SHA1.of(Array(key) + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)))
    }

    private static func asksForWebSocket(_ head: Head, _ protocols: Slice) -> Bool {
        for name in ListElements(head, protocols) where head.isEqual(name, ignoringCaseOf: "websocket") { return true }
        return false
    }

    private static func single(_ id: FieldName, _ head: Head) -> Slice? {
        let values = head.fields.filter { $0.id == id }
        return values.count == 1 ? values[0].value : nil
    }

    /// 16 octets in base64: 22 characters, of which the last has four bits that are zero, and two equals signs.
    private static func isKey(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard key.count == 24, key[22] == UInt8(ascii: "="), key[23] == UInt8(ascii: "=") else { return false }
        return key[..<22].allSatisfy(Base64.alphabet.contains) && "AQgw".utf8.contains(key[21])
    }
}

/// Base64 of RFC 4648 §4.
enum Base64 {
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return text
    }
}
