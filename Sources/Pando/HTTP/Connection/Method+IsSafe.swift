import HTTPTypes

extension HTTPRequest.Method {
    /// Whether a request of it changes nothing (RFC 9110, section 9.2.1); of a method that is not known, nobody can say so.
    var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace: true
        default: false
        }
    }
}
