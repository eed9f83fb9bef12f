import Hummingbird
import Pando
import PandoDatabase
import PandoDomains

/// The pages of the site, in each language under a prefix of its own.
///
/// Forms are posted and answered with a redirect, so that going back and reloading do no harm. Nothing needs JavaScript.
struct SiteRoutes: Sendable {
    let domains: DomainSystem
    let assets: SiteAssets

    func add(to router: some RouterMethods<AppContext>) {
        router.get { request, _ in
            Response.redirect(to: "/\(Language.preferred(request.headers[.acceptLanguage]).rawValue)", type: .found)
        }
        for language in Language.allCases {
            let pages = router.group(RouterPath("/\(language.rawValue)"))
            func get(_ path: RouterPath, _ answer: @escaping @Sendable (SiteVisit) async throws -> Response) {
                pages.get(path) { try await answer(SiteVisit($0, $1, language, assets)) }
            }
            func post(_ path: RouterPath, _ answer: @escaping @Sendable (SiteVisit) async throws -> Response) {
                pages.post(path) { try await answer(SiteVisit($0, $1, language, assets)) }
            }
            get("", home)
            get("hotels", results)
            get("hotels/:id", hotel)
            get("signup") { try $0.show(SignUpPage(next: $0.query(LogInForm.self).next ?? "")) }
            post("signup", signUp)
            get("login") { try $0.show(LogInPage(next: $0.query(LogInForm.self).next ?? "")) }
            post("login", logIn)
            post("logout", logOut)
            get("book", review)
            post("bookings", book)
            get("bookings", bookings)
            get("bookings/:id", booking)
            post("bookings/:id/cancel", cancel)
            get("**") { $0.notFound() }
        }
    }
}
