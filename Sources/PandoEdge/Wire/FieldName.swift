/// The fields whose meaning the edge knows, in any spelling; all others are ``other`` and passed on.
package enum FieldName: UInt8, CaseIterable, Sendable {
    case other = 0
    case host, connection, contentLength, transferEncoding, te, trailer, upgrade, keepAlive, proxyConnection
    case proxyAuthenticate, proxyAuthorization, expect, via, forwarded, xForwardedFor, xForwardedProto, xForwardedHost
    case xRequestID, traceparent, tracestate, authorization, cookie, setCookie, userAgent, referer, origin
    case accept, acceptEncoding, acceptLanguage, contentType, contentEncoding, contentRange, range, ifRange
    case ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, etag, lastModified, date, age, expires
    case cacheControl, pragma, vary, warning, location, contentLocation, server, retryAfter, cacheStatus
    case cdnCacheControl, surrogateKey, idempotencyKey, strictTransportSecurity, acceptRanges, http2Settings
    case accessControlRequestMethod, accessControlRequestHeaders, secWebSocketKey, secWebSocketVersion
    case secWebSocketAccept, priority, xRealIP, wwwAuthenticate, allow, link, maxForwards

    /// The field's name in lower case; empty for ``other``.
    package var text: StaticString {
        switch self {
        case .other: ""
        case .host: "host"
        case .connection: "connection"
        case .contentLength: "content-length"
        case .transferEncoding: "transfer-encoding"
        case .te: "te"
        case .trailer: "trailer"
        case .upgrade: "upgrade"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .proxyAuthenticate: "proxy-authenticate"
        case .proxyAuthorization: "proxy-authorization"
        case .expect: "expect"
        case .via: "via"
        case .forwarded: "forwarded"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedProto: "x-forwarded-proto"
        case .xForwardedHost: "x-forwarded-host"
        case .xRequestID: "x-request-id"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .authorization: "authorization"
        case .cookie: "cookie"
        case .setCookie: "set-cookie"
        case .userAgent: "user-agent"
        case .referer: "referer"
        case .origin: "origin"
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .acceptLanguage: "accept-language"
        case .contentType: "content-type"
        case .contentEncoding: "content-encoding"
        case .contentRange: "content-range"
        case .range: "range"
        case .ifRange: "if-range"
        case .ifMatch: "if-match"
        case .ifNoneMatch: "if-none-match"
        case .ifModifiedSince: "if-modified-since"
        case .ifUnmodifiedSince: "if-unmodified-since"
        case .etag: "etag"
        case .lastModified: "last-modified"
        case .date: "date"
        case .age: "age"
        case .expires: "expires"
        case .cacheControl: "cache-control"
        case .pragma: "pragma"
        case .vary: "vary"
        case .warning: "warning"
        case .location: "location"
        case .contentLocation: "content-location"
        case .server: "server"
        case .retryAfter: "retry-after"
        case .cacheStatus: "cache-status"
        case .cdnCacheControl: "cdn-cache-control"
        case .surrogateKey: "surrogate-key"
        case .idempotencyKey: "idempotency-key"
        case .strictTransportSecurity: "strict-transport-security"
        case .acceptRanges: "accept-ranges"
        case .http2Settings: "http2-settings"
        case .accessControlRequestMethod: "access-control-request-method"
        case .accessControlRequestHeaders: "access-control-request-headers"
        case .secWebSocketKey: "sec-websocket-key"
        case .secWebSocketVersion: "sec-websocket-version"
        case .secWebSocketAccept: "sec-websocket-accept"
        case .priority: "priority"
        case .xRealIP: "x-real-ip"
        case .wwwAuthenticate: "www-authenticate"
        case .allow: "allow"
        case .link: "link"
        case .maxForwards: "max-forwards"
        }
    }

    /// Whether the field is about one connection and not passed on (RFC 9110 §7.6.1); what Connection names comes on top.
    package var isHopByHop: Bool {
        switch self {
        case .connection, .transferEncoding, .te, .trailer, .upgrade, .keepAlive, .proxyConnection, .proxyAuthenticate,
            .proxyAuthorization, .http2Settings:
            true
        default: false
        }
    }

    /// Finds a name, in any case.
    package static func find(_ name: UnsafeBufferPointer<UInt8>) -> FieldName { table.find(name) }

    private static let table = FieldNameTable()
}

/// Names by a hash of their length and three of their letters, open addressing.
private struct FieldNameTable: Sendable {
    private static let mask = 511
    private let slots: [UInt8]
    private let texts: [[UInt8]]

    init() {
        var slots = [UInt8](repeating: 0, count: Self.mask + 1)
        texts = FieldName.allCases.map { name in name.text.withUTF8Buffer { Array($0) } }
        for name in FieldName.allCases where name != .other {
            var place = texts[Int(name.rawValue)].withUnsafeBufferPointer { Self.hash($0) }
            while slots[place] != 0 { place = (place + 1) & Self.mask }
            slots[place] = name.rawValue
        }
        self.slots = slots
    }

    func find(_ name: UnsafeBufferPointer<UInt8>) -> FieldName {
        guard !name.isEmpty else { return .other }
        var place = Self.hash(name)
        while true {
            let candidate = slots[place]
            if candidate == 0 { return .other }
            if matches(name, candidate) { return FieldName(rawValue: candidate) ?? .other }
            place = (place + 1) & Self.mask
        }
    }

    private func matches(_ name: UnsafeBufferPointer<UInt8>, _ candidate: UInt8) -> Bool {
        texts[Int(candidate)].withUnsafeBufferPointer { text in
            guard text.count == name.count else { return false }
            for index in 0..<text.count where text[index] != Self.lowercased(name[index]) { return false }
            return true
        }
    }

    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        let first = Int(lowercased(name[0]))
        let middle = Int(lowercased(name[name.count / 2]))
        let last = Int(lowercased(name[name.count - 1]))
        return (name.count &* 37 &+ first &* 7 &+ middle &* 61 &+ last &* 11) & mask
    }

    private static func lowercased(_ octet: UInt8) -> UInt8 {
        octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z") ? octet | 0x20 : octet
    }
}
