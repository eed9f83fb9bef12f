import HTTPTypes
import Pando
import PandoCache
import PandoDatabase

extension AppContext {
    /// Who is logged in; nil for a visitor.
    var account: Account? {
        guard let session, let subject = session.subject, let id = Identifier(subject) else { return nil }
        let data = session.data
        guard let email = data["email"], let name = data["name"] else { return nil }
        let language = data["language"].flatMap(Language.init) ?? .english
        return Account(id: id, email: email, name: name, language: language)
    }

    /// Who is logged in.
    ///
    /// - Throws: `Problem` with `not-authenticated` where nobody is.
    func requireAccount() throws -> Account {
        guard let account else { throw Problem(.notAuthenticated, headers: [.wwwAuthenticate: "Bearer"]) }
        return account
    }

    /// Opens a session, which keeps what every request needs of its owner.
    ///
    /// - Returns: the token, for clients without cookies.
    func logIn(_ account: Account) async throws -> String {
        let data = ["email": account.email, "name": account.name, "language": account.language.rawValue]
        return try await logIn(account.id.description, data: data).text
    }
}
