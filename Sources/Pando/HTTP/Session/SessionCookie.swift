import HTTPTypes
import PandoCache
import PandoDatabase

/// Where a browser keeps its session: one cookie that no script reads, that no other site sends with a request that
/// changes something, and, over TLS, that no subdomain can set (`__Host-`, RFC 6265bis section 4.1.3.2).
struct SessionCookie: Sendable, Hashable {
    private static let plainName = "session"
    private static let secureName = "__Host-session"

    private static func name(_ isSecure: Bool) -> String { isSecure ? secureName : plainName }

    /// The token in the cookie of a request.
    static func token(_ fields: HTTPFields, isSecure: Bool) -> String? {
        let name = name(isSecure).utf8
        for field in fields where field.name == .cookie {
            for pair in field.value.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = pair.drop { $0 == UInt8(ascii: " ") }
                guard pair.count > name.count, pair.starts(with: name) else { continue }
                let rest = pair.dropFirst(name.count)
                if rest.first == UInt8(ascii: "=") { return String(Substring(rest.dropFirst())) }
            }
        }
        return nil
    }

    /// `Set-Cookie` for a session.
    static func set(_ token: SessionToken, session: Session, isSecure: Bool) -> String {
        let seconds = max(0, session.endsAt.microsecondsSince1970 - session.createdAt.microsecondsSince1970) / 1_000_000
        return "\(name(isSecure))=\(token.text); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(seconds)" + suffix(isSecure)
    }

    /// `Set-Cookie` that removes it.
    static func clear(isSecure: Bool) -> String {
        "\(name(isSecure))=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" + suffix(isSecure)
    }

    private static func suffix(_ isSecure: Bool) -> String { isSecure ? "; Secure" : "" }
}
