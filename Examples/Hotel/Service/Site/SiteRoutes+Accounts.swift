import Hummingbird
import Pando
import PandoDomains

extension SiteRoutes {
    /// Makes an account and logs its owner in.
    func signUp(_ visit: SiteVisit) async throws -> Response {
        let posted = try await visit.form(SiteSignUpForm.self)
        let next = SiteVisit.safePath(posted.next)
        let form = SignUpForm(
            email: posted.email.trimmed,
            password: posted.password,
            name: posted.name,
            language: visit.site.language
        )
        if let problem = form.problems.first {
            return visit.show(
                SignUpPage(form: form, problem: problem.reason, next: next),
                status: .unprocessableContent
            )
        }
        guard let account = try await domains.call(AccountsInterface.self, { try await $0.open(form) }) else {
            return visit.show(SignUpPage(form: form, problem: .emailTaken, next: next), status: .conflict)
        }
        return try await enter(visit, account, next)
    }

    /// Opens a session.
    func logIn(_ visit: SiteVisit) async throws -> Response {
        let form = try await visit.form(LogInForm.self)
        let next = SiteVisit.safePath(form.next)
        let credentials = Credentials(email: form.email.trimmed, password: form.password)
        let account = try await domains.call(AccountsInterface.self) { try await $0.account(credentials) }
        guard let account else {
            return visit.show(
                LogInPage(email: form.email, problem: .wrongCredentials, next: next),
                status: .unauthorized
            )
        }
        return try await enter(visit, account, next)
    }

    /// Ends the session.
    func logOut(_ visit: SiteVisit) async throws -> Response {
        try await visit.context.logOut()
        return visit.go(to: "")
    }

    private func enter(_ visit: SiteVisit, _ account: Account, _ next: String) async throws -> Response {
        _ = try await visit.context.logIn(account)
        return visit.go(to: next)
    }
}
