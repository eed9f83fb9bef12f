import Pando
import PandoDomains

/// Who books: accounts and their passwords.
struct Accounts: Domain {
    static let name = "accounts"

    func register(_ domain: inout DomainBuilder) throws {
        let book = AccountBook(database: domain.database, passwords: PasswordHasher())
        domain.migrations { Self.migrations }
        domain.routes { AccountRoutes(accounts: book).add(to: $0) }
        domain.system.host(AccountsInterface.self) { AccountsInterface(book, actorSystem: $0) }
    }
}
