import Pando
import PandoDomains

/// Who books: accounts and their passwords.
struct Accounts: Domain {
    static let name = "accounts"

    let passwordCost: PasswordHasher.Cost

    func register(_ domain: inout DomainBuilder) throws {
        let book = AccountBook(database: domain.database, passwords: PasswordHasher(cost: passwordCost))
        domain.migrations { Self.migrations }
        domain.routes { AccountRoutes(accounts: book).add(to: $0) }
        try domain.provide { AccountsInterface(book, actorSystem: $0) }
    }
}
