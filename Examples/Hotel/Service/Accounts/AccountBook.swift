import PandoDatabase

/// The accounts and their passwords.
struct AccountBook: Sendable {
    let database: Database
    let passwords: PasswordHasher

    /// Makes an account.
    ///
    /// - Returns: the account, or nil where there is one with this e-mail already.
    func open(_ form: SignUpForm) async throws -> Account? {
        let account = Account(
            id: Identifier(),
            email: form.email.lowercased(),
            name: form.name.trimmed,
            language: form.language ?? .english
        )
        let hash = try await passwords.hash(form.password)
        let inserted = try await database.write(key: ShardKey(account.email)) { tx in
            try await tx.execute(
                """
                INSERT INTO accounts (email, id, name, language, password_hash, created_at)
                VALUES (\(account.email), \(account.id), \(account.name), \(account.language), \(hash), \(Instant.now))
                ON CONFLICT (email) DO NOTHING
                """
            )
        }
        return inserted == 1 ? account : nil
    }

    /// The account that e-mail and password belong to; nil where they belong to none.
    func account(_ credentials: Credentials) async throws -> Account? {
        let email = credentials.email.lowercased()
        let stored = try await database.read { tx in
            try await tx.first(
                "SELECT id, email, name, language, password_hash FROM accounts WHERE email = \(email)",
                as: StoredAccount.self
            )
        }
        guard try await passwords.verify(credentials.password, against: stored?.passwordHash), let stored else {
            return nil
        }
        return Account(id: stored.id, email: stored.email, name: stored.name, language: stored.language)
    }
}

/// A row of the table.
private struct StoredAccount: Decodable {
    let id: Identifier
    let email: String
    let name: String
    let language: Language
    let passwordHash: String
}

extension Language: SQLConvertible {}
