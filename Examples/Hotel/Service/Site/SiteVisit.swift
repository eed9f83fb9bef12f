import Hummingbird
import Pando
import PandoDatabase

/// One request of a page, and the answers that the site gives.
struct SiteVisit: Sendable {
    let request: Request
    let context: AppContext
    let site: SiteContext

    init(_ request: Request, _ context: AppContext, _ language: Language, _ assets: SiteAssets) {
        self.request = request
        self.context = context
        site = SiteContext(
            language: language,
            account: context.account,
            path: Self.path(of: request, in: language),
            assets: assets,
            today: Instant.now.date
        )
    }

    /// Answers with a page.
    func show(_ page: some Page, status: HTTPResponse.Status = .ok) -> Response {
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .contentLanguage: site.language.rawValue,
            .cacheControl: site.account == nil && status == .ok ? "no-cache" : "private, no-store",
        ]
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.document(site).text))
        )
    }

    /// Sends the browser on to another page, with a GET.
    func go(to path: String) -> Response { .redirect(to: site.link(path)) }

    /// Sends the browser to the login page, and from there back here.
    func logInFirst() -> Response { go(to: "/login" + QueryString([("next", site.path)]).description) }

    /// Says that there is nothing at this address.
    func notFound() -> Response { show(MessagePage.notFound, status: .notFound) }

    /// Says that somebody else got the last room, and leads back to the hotel.
    func soldOut(_ hotel: Identifier) -> Response {
        show(MessagePage.soldOut(hotel: "/hotels/\(hotel)"), status: .conflict)
    }

    /// The fields of the form that was posted.
    func form<Form: Decodable>(_ type: Form.Type = Form.self) async throws -> Form {
        let body = try await request.body.collect(upTo: 16_384)
        return try URLEncodedFormDecoder().decode(type, from: String(buffer: body))
    }

    /// The query of the address.
    func query<Query: Decodable>(_ type: Query.Type = Query.self) throws -> Query {
        try URLEncodedFormDecoder().decode(type, from: request.uri.query ?? "")
    }

    /// The identifier in the path; nil where it is none.
    var id: Identifier? { context.parameters.get("id").flatMap { Identifier($0) } }

    /// A path to go on to after logging in: one of this site, or the start page.
    static func safePath(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), !next.contains("\\") else { return "" }
        return next
    }

    private static func path(of request: Request, in language: Language) -> String {
        guard request.method == .get else { return "" }
        let query = request.uri.query.map { "?" + $0 } ?? ""
        return String(request.uri.path.dropFirst(1 + language.rawValue.count)) + query
    }
}
