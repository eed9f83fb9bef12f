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

    /// Whether the field is about one connection and not passed on (RFC 9110 §7.6.1, §11.7); what Connection names comes on
    /// top. Trailer is passed on, because trailers are (§6.6.2).
    package var isHopByHop: Bool {
        switch self {
        case .connection, .transferEncoding, .te, .upgrade, .keepAlive, .proxyConnection, .proxyAuthenticate,
            .proxyAuthorization, .http2Settings:
            true
        default: false
        }
    }

    /// Whether a trailer section may carry the field on (RFC 9110 §6.5.1): none that frames, routes, conditions, authenticates
    /// or describes the content, because some recipients merge trailers into the head.
    package var isAllowedInTrailers: Bool {
        switch self {
        case .other, .etag, .cacheStatus: true
        default: false
        }
    }

    /// Finds the name of a field, in any case. It is a token, or else the answer means nothing.
    package static func find(_ name: UnsafeBufferPointer<UInt8>) -> FieldName {
        guard let start = name.baseAddress else { return .other }
        return FieldNameTable.find(start, name.count, in: FieldNameTable.entries)
    }

    /// Whether it would be a known name with hyphens in the place of its underscores: servers that make variables of the fields
    /// cannot tell the two apart.
    package static func isKnownWithUnderscores(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.contains(UInt8(ascii: "_")) else { return false }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.count) { copy in
            for index in 0..<copy.count {
                copy[index] = name[index] == UInt8(ascii: "_") ? UInt8(ascii: "-") : name[index]
            }
            return find(UnsafeBufferPointer(copy)) != .other
        }
    }
}
