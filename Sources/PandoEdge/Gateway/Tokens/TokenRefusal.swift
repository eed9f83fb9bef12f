/// Why a request's token is not taken, in the words of RFC 6750 §3.1.
struct TokenRefusal: Error, Equatable {
    /// The code for programs; nil where there is no token to say anything of.
    enum Code: String {
        case invalidRequest = "invalid_request"
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
    }

    let code: Code?
    /// Words of the edge alone: nothing of the token is told.
    let reason: String

    /// A token that is no good.
    init(_ reason: String, _ code: Code? = .invalidToken) {
        self.code = code
        self.reason = reason
    }

    /// No token where one is needed.
    static let missing = TokenRefusal("a token is needed", nil)

    /// What the client is told.
    var status: Int { code == .insufficientScope ? 403 : 401 }

    /// The value of WWW-Authenticate (RFC 6750 §3).
    var challenge: String {
        guard let code else { return "Bearer realm=\"api\"" }
        return "Bearer realm=\"api\", error=\"\(code.rawValue)\", error_description=\"\(reason)\""
    }
}
