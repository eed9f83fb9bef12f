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

    typealias PageHandler = @Sendable (SiteVisit) async throws -> Response

    func add(to router: some RouterMethods<AppContext>) {
        router.get { request, _ in
            Response.redirect(to: "/\(Language.preferred(request.headers[.acceptLanguage]).rawValue)", type: .found)
        }
        for language in Language.allCases {
            let pages = router.group(RouterPath("/\(language.rawValue)"))
            func get(_ path: RouterPath, _ page: @escaping PageHandler) {
                pages.get(path) { try await answer(SiteVisit($0, $1, language, assets), page) }
            }
            func post(_ path: RouterPath, _ page: @escaping PageHandler) {
                pages.post(path) { try await answer(SiteVisit($0, $1, language, assets), page) }
            }
            get("", home)
            get("hotels", results)
            get("hotels/:id", hotel)
            get("signup") { try $0.show(SignUpPage(next: SiteVisit.safePath($0.query(NextPage.self).next))) }
            post("signup", signUp)
            get("login") { try $0.show(LogInPage(next: SiteVisit.safePath($0.query(NextPage.self).next))) }
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

    /// Answers with a page, also where the address or the form was tampered with.
    private func answer(_ visit: SiteVisit, _ page: PageHandler) async throws -> Response {
        do {
            return try await page(visit)
        } catch is DecodingError {
            return visit.notFound()
        } catch is ValidationError {
            return visit.notFound()
        }
    }
}
