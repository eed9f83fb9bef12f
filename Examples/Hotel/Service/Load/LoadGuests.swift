import PandoLoad

/// The guests of a load run: a few new accounts that all users share, for making an account is slow on purpose.
actor LoadGuests {
    private static let count = 8

    /// Tells the accounts of one run from those of another.
    private let run = String(UInt64.random(in: .min ... .max), radix: 36)
    private var tokens: [Int: Task<String, any Error>] = [:]

    /// Gives a user the session of one of the guests; its client carries it from then on.
    ///
    /// - Returns: the session's token.
    func enter(_ client: LoadClient) async throws -> String {
        let number = client.user % Self.count
        // Every user who plays this guest awaits the task; it ends with its two requests, which have a time limit.
        let opening = tokens[number] ?? Task { try await self.open(number, client) }
        tokens[number] = opening
        let token: String
        do { token = try await opening.value } catch {
            // Who is prepared once more asks once more.
            if tokens[number] == opening { tokens[number] = nil }
            throw error
        }
        client.setHeader("Authorization", "Bearer \(token)")
        return token
    }

    private func open(_ number: Int, _ client: LoadClient) async throws -> String {
        let guest = SignUpForm(
            email: "guest-\(run)-\(number)@example.com",
            password: "correct horse battery staple",
            name: "Guest \(number)"
        )
        let answer = try await client.post("/api/accounts", json: guest, as: "sign up", accepting: [409])
        // Taken: an earlier attempt came as far as this.
        if answer.status != 409 { try answer.requireSuccess() }
        let credentials = Credentials(email: guest.email, password: guest.password)
        let session = try await client.post("/api/session", json: credentials, as: "log in").requireSuccess()
        return try session.json(as: OpenedSession.self).token
    }
}
