import HTTPTypes
import PandoCache
import Synchronization

/// The session of one request: found from its token, changed by a login or logout, told to the client with the answer.
final class RequestSession: Sendable {
    private struct State {
        var session: Session?
        var setCookie: String?
    }

    /// Where sessions are; nil for a service without them.
    let store: SessionStore?
    private let isSecure: Bool
    private let state: Mutex<State>

    init(store: SessionStore?, isSecure: Bool, session: Session?) {
        self.store = store
        self.isSecure = isSecure
        state = Mutex(State(session: session))
    }

    /// The session as it is now.
    var current: Session? { state.withLock { $0.session } }

    /// What the answer sets the cookie to.
    var setCookie: String? { state.withLock { $0.setCookie } }

    /// The session goes on as another. `cookie`: the client is a browser and keeps the token in its cookie.
    func replace(with session: Session, _ token: SessionToken, cookie: Bool) {
        state.withLock { state in
            state.session = session
            if cookie { state.setCookie = SessionCookie.set(token, session: session, isSecure: isSecure) }
        }
    }

    /// The session has new data.
    func update(_ session: Session) { state.withLock { $0.session = session } }

    /// The session has ended.
    func clear() {
        state.withLock { state in
            state.session = nil
            state.setCookie = SessionCookie.clear(isSecure: isSecure)
        }
    }

    /// The token of a request: a bearer token, else the cookie.
    static func token(_ fields: HTTPFields, isSecure: Bool) -> String? {
        bearer(fields) ?? SessionCookie.token(fields, isSecure: isSecure)
    }

    /// The token of `Authorization: Bearer` (RFC 6750, section 2.1).
    static func bearer(_ fields: HTTPFields) -> String? {
        guard let value = fields.only(.authorization), value.startsIgnoringCase("bearer ") else { return nil }
        return String(Substring(value.utf8.dropFirst(7)))
    }
}
