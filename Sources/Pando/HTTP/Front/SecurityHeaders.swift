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

    /// Adds what is missing in an answer.
    func apply(to fields: inout HTTPFields, isSecure: Bool) {
        var isPage = false
        var hasPolicy = false
        var hasReferrer = false
        for field in fields {
            switch field.name {
            case .contentType: isPage = field.value.hasPrefix("text/html")
            case .contentSecurityPolicy: hasPolicy = true
            case .referrerPolicy: hasReferrer = true
            default: break
            }
        }
        fields.append(HTTPField(name: .xContentTypeOptions, value: "nosniff"))
        if !hasPolicy {
            fields.append(HTTPField(name: .contentSecurityPolicy, value: isPage ? pagePolicy : dataPolicy))
        }
        if !hasReferrer { fields.append(HTTPField(name: .referrerPolicy, value: referrerPolicy)) }
        if isPage { fields.append(HTTPField(name: .crossOriginOpenerPolicy, value: "same-origin")) }
        if isSecure, let strictTransportSecurity {
            fields.append(HTTPField(name: .strictTransportSecurity, value: strictTransportSecurity))
        }
    }
}
