import HTTPTypes
import NIOHTTP1

/// Turns heads of SwiftNIO's HTTP/1 into the currency types, cheaply: the target was already checked, and the
/// names of common fields are looked up instead of validated and lowered again for every request.
enum RequestConversion {
    static func request(_ head: HTTPRequestHead, _ check: HeadCheck, isSecure: Bool) throws(Problem) -> HTTPRequest {
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)
        for (name, value) in head.headers where !(name.utf8.count == 4 && name.equalsIgnoringCase("host")) {
            guard let name = names[name] ?? HTTPField.Name(name) else {
                throw Problem(.malformedRequest, "A header field has an invalid name")
            }
            // The parser has refused control characters in values; HTTPField would replace them.
            fields.append(HTTPField(name: name, value: value))
        }
        return HTTPRequest(
            method: try method(head.method),
            scheme: isSecure ? "https" : "http",
            authority: check.authority,
            path: check.target,
            headerFields: fields
        )
    }

    private static func method(_ method: HTTPMethod) throws(Problem) -> HTTPRequest.Method {
        switch method {
        case .GET: .get
        case .HEAD: .head
        case .POST: .post
        case .PUT: .put
        case .DELETE: .delete
        case .PATCH: .patch
        case .OPTIONS: .options
        case .TRACE, .CONNECT: throw Problem(.methodNotAllowed)
        default:
            if let other = HTTPRequest.Method(method.rawValue) { other } else { throw Problem(.malformedRequest) }
        }
    }

    private static let names: [String: HTTPField.Name] = {
        let common: [HTTPField.Name] = [
            .accept, .acceptEncoding, .acceptLanguage, .authorization, .cacheControl, .connection, .contentLength,
            .contentType, .cookie, .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange, .origin, .range, .referer,
            .traceparent, .tracestate, .transferEncoding, .upgrade, .userAgent, .xRequestID, .secFetchSite,
            .secFetchMode, .secFetchDest, .xForwardedFor, .xForwardedProto, .idempotencyKey,
        ]
        var names: [String: HTTPField.Name] = [:]
        for name in common {
            names[name.rawName] = name
            names[name.canonicalName] = name
        }
        return names
    }()
}
