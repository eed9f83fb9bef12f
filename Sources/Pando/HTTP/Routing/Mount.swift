import HTTPTypes
import Hummingbird

/// A Hummingbird application with a context type of its own, served as it is below a prefix.
struct Mount: Sendable {
    /// The prefix without a slash at its end; empty for the root.
    let prefix: String
    private let handle: @Sendable (Request, AppContext) async throws -> Response

    init<Responder: HTTPResponder>(responder: Responder, at path: String)
    where Responder.Context: RequestContext, Responder.Context.Source == ApplicationRequestContextSource {
        let names = path.split(separator: "/")
        let prefix = names.map { "/" + $0 }.joined()
        self.prefix = prefix
        handle = { request, context in
            let source = ApplicationRequestContextSource(channel: context.channel, logger: context.logger)
            let inner = Responder.Context(source: source)
            defer {
                let template = inner.endpointPath.map { $0 == "NotFound" ? "/**" : $0 } ?? "/**"
                context.coreContext.endpointPath.value = prefix + template
            }
            return try await responder.respond(to: Self.stripped(request, prefix), context: inner)
        }
    }

    /// Whether a path lies below the prefix.
    func takes(_ path: String) -> Bool {
        path.hasPrefix(prefix)
            && (path.utf8.count == prefix.utf8.count
                || path.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: "/"))
    }

    func respond(to request: Request, context: AppContext) async throws -> Response {
        try await handle(request, context)
    }

    private static func stripped(_ request: Request, _ prefix: String) -> Request {
        guard !prefix.isEmpty, let path = request.head.path else { return request }
        var head = request.head
        let rest = path.dropFirst(prefix.count)
        head.path = rest.first == "/" ? String(rest) : "/" + rest
        return Request(head: head, body: request.body)
    }
}
