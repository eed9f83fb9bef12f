public import HTTPTypes

extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    /// The id of a request, from the client or made here.
    public static let xRequestID = Self("X-Request-ID")!  // a valid token
    /// A key that makes a repeated request take effect once (draft-ietf-httpapi-idempotency-key-header).
    public static let idempotencyKey = Self("Idempotency-Key")!  // a valid token
    static let secFetchSite = Self("Sec-Fetch-Site")!  // a valid token
    static let secFetchMode = Self("Sec-Fetch-Mode")!  // a valid token
    static let secFetchDest = Self("Sec-Fetch-Dest")!  // a valid token
    static let xForwardedFor = Self("X-Forwarded-For")!  // a valid token
    static let xForwardedProto = Self("X-Forwarded-Proto")!  // a valid token
    static let referrerPolicy = Self("Referrer-Policy")!  // a valid token
    static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!  // a valid token
    static let rateLimit = Self("RateLimit")!  // a valid token
    static let rateLimitPolicy = Self("RateLimit-Policy")!  // a valid token
    static let cacheTag = Self("Cache-Tag")!  // a valid token
    static let pandoInvalidate = Self("Pando-Invalidate")!  // a valid token
    static let traceResponse = Self("Traceresponse")!  // a valid token
}
