import HTTPTypes
import Hummingbird

/// Answers only requests that name the admin server by an address, as `localhost`, or by its configured name.
///
/// A page of a stranger may point a name of its own at 127.0.0.1 and read what is there (DNS rebinding); the browser then
/// sends that name.
struct AdminHostCheck: RouterMiddleware {
    typealias Context = BasicRequestContext

    let allowed: String

    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let authority = request.head.authority, isAllowed(authority) else {
            throw HTTPError(.misdirectedRequest, message: "Ask for this server by its address")
        }
        return try await next(request, context)
    }

    private func isAllowed(_ authority: String) -> Bool {
        let host: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[...end]
        } else {
            host = authority.prefix { $0 != ":" }
        }
        return host == "localhost" || host == allowed || ClientAddress(host) != nil
    }
}
