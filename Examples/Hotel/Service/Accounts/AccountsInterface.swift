import Distributed
import PandoDomains

/// What other domains may ask of the accounts.
distributed actor AccountsInterface: DomainInterface {
    typealias ActorSystem = DomainSystem

    private let accounts: AccountBook

    init(_ accounts: AccountBook, actorSystem: DomainSystem) {
        self.accounts = accounts
        self.actorSystem = actorSystem
    }

    /// Makes an account; nil where there is one with the e-mail already.
    distributed func open(_ form: SignUpForm) async throws -> Account? { try await accounts.open(form) }

    /// The account that e-mail and password belong to.
    distributed func account(_ credentials: Credentials) async throws -> Account? {
        try await accounts.account(credentials)
    }
}
