import Hummingbird
import Pando

/// `POST /api/accounts`, `POST` and `DELETE /api/session`, `GET /api/me`.
struct AccountRoutes: Sendable {
    let accounts: AccountBook

    func add(to router: some RouterMethods<AppContext>) {
        router.post("/api/accounts", use: signUp)
        router.post("/api/session", use: logIn)
        router.delete("/api/session") { _, context in
            try await context.logOut()
            return HTTPResponse.Status.noContent
        }
        router.get("/api/me") { _, context in try context.requireAccount() }
    }

    @Sendable private func signUp(_ request: Request, _ context: AppContext) async throws -> EditedResponse<Account> {
        var form = try await request.decode(as: SignUpForm.self, context: context)
        try form.validate()
        form.language = form.language ?? .preferred(request.headers[.acceptLanguage])
        guard let account = try await accounts.open(form) else { throw Problem(.emailTaken) }
        return EditedResponse(status: .created, headers: [.location: "/api/me"], response: account)
    }

    @Sendable private func logIn(_ request: Request, _ context: AppContext) async throws -> EditedResponse<
        OpenedSession
    > {
        let credentials = try await request.decode(as: Credentials.self, context: context)
        guard let account = try await accounts.account(credentials) else { throw Problem(.wrongCredentials) }
        let token = try await context.logIn(account)
        return EditedResponse(status: .created, response: OpenedSession(token: token, account: account))
    }
}

extension ProblemCode {
    /// There is an account with the e-mail already.
    static let emailTaken = ProblemCode("email-taken", .conflict, "There is an account with this e-mail already")
    /// E-mail and password belong to no account.
    static let wrongCredentials = ProblemCode("wrong-credentials", .unauthorized, "E-mail and password do not match")
}

extension Account: ResponseEncodable {}
extension OpenedSession: ResponseEncodable {}
