/// A frame as it goes over the wire (RFC 9113 §4.1), for tests that send what no library would.
struct HTTP2Frame: Equatable {
    enum Kind: UInt8 {
        case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
        case unknown = 0xFA
    }

    static let endStream: UInt8 = 1
    static let ack: UInt8 = 1
    static let endHeaders: UInt8 = 4
    static let padded: UInt8 = 8

    var kind: Kind
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    var bytes: [UInt8] {
        let count = UInt32(payload.count)
        return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), kind.rawValue, flags]
            + Self.number(stream) + payload
    }

    /// The number in a RST_STREAM, or a GOAWAY's code.
    var code: UInt32 {
        payload.suffix(from: kind == .goAway ? 4 : 0).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func number(_ number: UInt32) -> [UInt8] {
        [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// What every connection begins with.
    static let opening = preface + HTTP2Frame(kind: .settings).bytes

    /// Fields in HPACK, literal and not indexed (RFC 7541 §6.2.2).
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { name, value in [0] + text(name) + text(value) }
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var (rest, coded) = (bytes.count - 127, [UInt8(127)])
        while rest >= 128 {
            coded.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return coded + [UInt8(rest)] + bytes
    }

    static func headers(_ stream: UInt32, _ fields: [(String, String)], ends: Bool = true) -> [UInt8] {
        HTTP2Frame(
            kind: .headers,
            flags: endHeaders | (ends ? endStream : 0),
            stream: stream,
            payload: block(fields)
        ).bytes
    }

    static func data(_ stream: UInt32, _ bytes: [UInt8], ends: Bool = true) -> [UInt8] {
        HTTP2Frame(kind: .data, flags: ends ? endStream : 0, stream: stream, payload: bytes).bytes
    }

    static func reset(_ stream: UInt32, _ code: UInt32) -> [UInt8] {
        HTTP2Frame(kind: .resetStream, stream: stream, payload: number(code)).bytes
    }

    static func windowUpdate(_ stream: UInt32, _ more: UInt32) -> [UInt8] {
        HTTP2Frame(kind: .windowUpdate, stream: stream, payload: number(more)).bytes
    }

    /// The frames that bytes hold, all of them complete.
    static func parse(_ bytes: [UInt8]) -> [HTTP2Frame] {
        var (rest, frames) = (bytes[...], [HTTP2Frame]())
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            rest = rest.dropFirst(9)
            frames.append(
                HTTP2Frame(
                    kind: Kind(rawValue: head[3]) ?? .unknown,
                    flags: head[4],
                    stream: head[5...8].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF,
                    payload: Array(rest.prefix(count))
                )
            )
            rest = rest.dropFirst(count)
        }
        return frames
    }
}

/// A request for `/` of `a.test`, with other fields on top.
func httpRequest(_ more: [(String, String)] = [], method: String = "GET", path: String = "/") -> [(String, String)] {
    [(":method", method), (":scheme", "https"), (":authority", "a.test"), (":path", path)] + more
}
