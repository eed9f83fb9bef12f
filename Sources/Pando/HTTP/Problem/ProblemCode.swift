public import HTTPTypes

/// What went wrong, in one word that clients may branch on.
///
/// A code is part of the public interface: it is written once, here or in the app that owns it, and never reused for
/// something else. An app adds its own:
///
/// ```swift
/// extension ProblemCode {
///     static let soldOut = ProblemCode("sold-out", .conflict, "No room of this type is free on every night")
/// }
/// throw Problem(.soldOut)
/// ```
public struct ProblemCode: Sendable, Hashable {
    /// The word: lower case letters, digits and hyphens.
    public let name: String
    /// The HTTP status that goes with it.
    public let status: HTTPResponse.Status
    /// A short sentence that is the same for every occurrence (RFC 9457, section 3.1.3).
    public let title: String

    /// Defines a code.
    ///
    /// - Precondition: `name` is not empty and holds only `a-z`, `0-9` and `-`, for it becomes part of a URI reference.
    public init(_ name: String, _ status: HTTPResponse.Status, _ title: String) {
        let allowed = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        precondition(allowed && !name.isEmpty, "a problem code holds only a-z, 0-9 and hyphens, not '\(name)'")
        self.name = name
        self.status = status
        self.title = title
    }

    /// The `type` member of the body: a reference relative to the service (RFC 9457, section 3.1.1).
    public var type: String { "/problems/\(name)" }
}

// The table of every code that the platform itself answers with.
extension ProblemCode {
    // What the client sent.
    /// The bytes are not an HTTP/1.1 request, or one that two servers could read in two ways.
    public static let malformedRequest = ProblemCode("malformed-request", .badRequest, "The request is malformed")
    /// The path holds an invalid escape, a dot segment, a NUL or bytes that are not UTF-8.
    public static let invalidPath = ProblemCode("invalid-path", .badRequest, "The path of the request is not valid")
    /// A parameter of the path or of the query is missing or has the wrong form.
    public static let invalidRequest = ProblemCode("invalid-request", .badRequest, "The request is not valid")
    /// The body could not be decoded; `errors` names the field.
    public static let invalidBody = ProblemCode(
        "invalid-body",
        .badRequest,
        "The body of the request could not be read"
    )
    /// The body was decoded and a rule refuses it; `errors` lists every field at fault.
    public static let validationFailed = ProblemCode(
        "validation-failed",
        .unprocessableContent,
        "Some fields of the request are not valid"
    )
    /// The body is of a media type that the route does not read.
    public static let unsupportedMediaType = ProblemCode(
        "unsupported-media-type",
        .unsupportedMediaType,
        "The media type of the body is not supported"
    )
    /// The body is larger than the limit.
    public static let bodyTooLarge = ProblemCode(
        "body-too-large",
        .contentTooLarge,
        "The body of the request is too large"
    )
    /// The target of the request is longer than the limit.
    public static let targetTooLong = ProblemCode(
        "target-too-long",
        .uriTooLong,
        "The target of the request is too long"
    )
    /// The header fields are too many or too large.
    public static let headTooLarge = ProblemCode(
        "head-too-large",
        .requestHeaderFieldsTooLarge,
        "The header fields of the request are too large"
    )
    /// The head or the body came too slowly.
    public static let requestTimeout = ProblemCode(
        "request-timeout",
        .requestTimeout,
        "The request took too long to arrive"
    )
    /// An `Expect` field that is not `100-continue`.
    public static let expectationFailed = ProblemCode(
        "expectation-failed",
        .expectationFailed,
        "The expectation is not known"
    )

    // Who asks.
    /// There is no valid session.
    public static let notAuthenticated = ProblemCode("not-authenticated", .unauthorized, "A valid session is needed")
    /// There is a session and it may not do this.
    public static let forbidden = ProblemCode("forbidden", .forbidden, "This is not allowed")
    /// A request that changes something came from another site with the cookie of this one.
    public static let crossSite = ProblemCode(
        "cross-site",
        .forbidden,
        "A request from another site may not change anything here"
    )
    /// The client spent its rate.
    public static let rateLimited = ProblemCode("rate-limited", .tooManyRequests, "Too many requests from this client")

    // What is there.
    /// No route, or no such thing behind it.
    public static let notFound = ProblemCode("not-found", .notFound, "There is nothing at this address")
    /// The route exists with other methods; `Allow` lists them.
    public static let methodNotAllowed = ProblemCode(
        "method-not-allowed",
        .methodNotAllowed,
        "The address does not support this method"
    )
    /// The state of the thing does not allow the change.
    public static let conflict = ProblemCode(
        "conflict",
        .conflict,
        "The request conflicts with the state of the service"
    )
    /// An idempotency key was used again with another request.
    public static let idempotencyKeyReused = ProblemCode(
        "idempotency-key-reused",
        .unprocessableContent,
        "The idempotency key was used before with a different request"
    )
    /// A precondition of the request does not hold.
    public static let preconditionFailed = ProblemCode(
        "precondition-failed",
        .preconditionFailed,
        "A precondition of the request does not hold"
    )
    /// The requested range lies outside the representation.
    public static let rangeNotSatisfiable = ProblemCode(
        "range-not-satisfiable",
        .rangeNotSatisfiable,
        "The requested range lies outside of the content"
    )

    // The service.
    /// The excess over what the service can do now was shed.
    public static let overloaded = ProblemCode("overloaded", .serviceUnavailable, "The service is busy, try again soon")
    /// A part that the request needs is not available now.
    public static let unavailable = ProblemCode(
        "unavailable",
        .serviceUnavailable,
        "A part of the service is not available"
    )
    /// A write may or may not have happened: send it again with the same idempotency key to settle it. No 503, after which
    /// a proxy may try another server (RFC 9110, section 9.2.2).
    public static let outcomeUnknown = ProblemCode(
        "outcome-unknown",
        .internalServerError,
        "It is not known whether the change took effect"
    )
    /// A defect of the service; the request id finds it in the log.
    public static let internalError = ProblemCode(
        "internal-error",
        .internalServerError,
        "The service failed to answer"
    )
    /// The method is not one that the service knows.
    public static let notImplemented = ProblemCode("not-implemented", .notImplemented, "The method is not known")

    /// The code for a bare HTTP status, where nothing more precise is known.
    static func generic(for status: HTTPResponse.Status) -> ProblemCode {
        switch status.code {
        case 400: .invalidRequest
        case 401: .notAuthenticated
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 408: .requestTimeout
        case 409: .conflict
        case 412: .preconditionFailed
        case 413: .bodyTooLarge
        case 414: .targetTooLong
        case 415: .unsupportedMediaType
        case 416: .rangeNotSatisfiable
        case 417: .expectationFailed
        case 422: .validationFailed
        case 429: .rateLimited
        case 431: .headTooLarge
        case 500: .internalError
        case 501: .notImplemented
        case 503: .unavailable
        default: ProblemCode("status-\(status.code)", status, status.reasonPhrase)
        }
    }
}
