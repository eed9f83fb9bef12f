import HTTPTypes

/// The header fields that make browsers careful. A handler that sets one of them itself keeps its own value.
public struct SecurityHeaders: Sendable, Hashable {
    /// `Content-Security-Policy` of HTML pages. Scripts and styles come from the service itself, and no other site may
    /// frame a page.
    public var pagePolicy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
        + "img-src 'self' data:"
    /// `Content-Security-Policy` of everything else: data is never a document.
    public var dataPolicy = "default-src 'none'; frame-ancestors 'none'"
    /// `Referrer-Policy`.
    public var referrerPolicy = "strict-origin-when-cross-origin"
    /// `Strict-Transport-Security`, sent only over TLS (RFC 6797, section 7.2); nil leaves it out.
    public var strictTransportSecurity: String? = "max-age=31536000"

    /// The defaults.
    public init() {}
}

/// The fields of ``SecurityHeaders``, made once.
struct SecurityFields: Sendable {
    private let noSniffing = HTTPField(name: .xContentTypeOptions, value: "nosniff")
    private let pagePolicy: HTTPField
    private let dataPolicy: HTTPField
    private let referrerPolicy: HTTPField
    private let sameOriginOpener = HTTPField(name: .crossOriginOpenerPolicy, value: "same-origin")
    private let strictTransportSecurity: HTTPField?

    init(_ headers: SecurityHeaders) {
        pagePolicy = HTTPField(name: .contentSecurityPolicy, value: headers.pagePolicy)
        dataPolicy = HTTPField(name: .contentSecurityPolicy, value: headers.dataPolicy)
        referrerPolicy = HTTPField(name: .referrerPolicy, value: headers.referrerPolicy)
        strictTransportSecurity = headers.strictTransportSecurity.map {
            HTTPField(name: .strictTransportSecurity, value: $0)
        }
    }

    /// Adds what is missing in an answer.
    func apply(to fields: inout HTTPFields, isSecure: Bool) {
        var isPage = false
        var hasPolicy = false
        var hasReferrer = false
        for field in fields {
            switch field.name {
            case .contentType: isPage = field.value.startsIgnoringCase("text/html")
            case .contentSecurityPolicy: hasPolicy = true
            case .referrerPolicy: hasReferrer = true
            default: break
            }
        }
        fields.append(noSniffing)
        if !hasPolicy { fields.append(isPage ? pagePolicy : dataPolicy) }
        if !hasReferrer { fields.append(referrerPolicy) }
        if isPage { fields.append(sameOriginOpener) }
        if isSecure, let strictTransportSecurity { fields.append(strictTransportSecurity) }
    }
}
