import HTTPTypes
public import PandoCache

extension AppContext {
    /// The session of the client, from its cookie or its bearer token; nil if it has none that is alive.
    public var session: Session? { info.session.current }

    /// The session of the client.
    ///
    /// - Throws: ``Problem`` with code `not-authenticated` if there is none.
    public func requireSession() throws -> Session {
        guard let session else { throw Self.notAuthenticated }
        return session
    }

    /// Who is logged in.
    ///
    /// - Throws: ``Problem`` with code `not-authenticated` if nobody is.
    public func requireSubject() throws -> String {
        guard let subject = session?.subject else { throw Self.notAuthenticated }
        return subject
    }

    /// Begins a session for `subject`, or goes on with the client's under a new token: a token that somebody planted before
    /// the login is worth nothing after it.
    ///
    /// - Parameters:
    ///   - subject: who is logged in from now on; nil for a visitor.
    ///   - data: small strings to keep with the session.
    ///   - cookie: whether the answer hands the token to a browser as its cookie. Without it the caller hands out the
    ///     token itself, for use as a bearer token.
    /// - Returns: the token. It is stored nowhere; show it to nobody but the client.
    /// - Throws: `CacheError` with code `sessionTooLarge`, `DatabaseError`, and ``Problem`` with code `unavailable` in a
    ///   service without sessions.
    @discardableResult
    public func logIn(_ subject: String?, data: [String: String] = [:], cookie: Bool = true) async throws
        -> SessionToken
    {
        let store = try sessionStore
        let (session, token): (Session, SessionToken)
        if let current = info.session.current {
            do {
                (session, token) = try await store.rotate(current, subject: subject, data: data)
            } catch let error as CacheError where error.code == .sessionEnded {
                (session, token) = try await store.create(subject: subject, data: data)
            }
        } else {
            (session, token) = try await store.create(subject: subject, data: data)
        }
        info.session.replace(with: session, token, cookie: cookie)
        return token
    }

    /// Replaces the data of the client's session.
    ///
    /// - Throws: ``Problem`` with code `not-authenticated` if there is none; `CacheError`, `DatabaseError`.
    public func updateSession(data: [String: String]) async throws {
        info.session.update(try await sessionStore.update(requireSession(), data: data))
    }

    /// Ends the client's session, if it has one, and takes its cookie away.
    public func logOut() async throws {
        if let session { try await sessionStore.end(session) }
        info.session.clear()
    }

    private var sessionStore: SessionStore {
        get throws {
            guard let store = info.session.store else { throw Problem(.unavailable, "This service keeps no sessions") }
            return store
        }
    }

    private static let notAuthenticated = Problem(
        .notAuthenticated,
        headers: [.wwwAuthenticate: "Bearer"]
    )
}
