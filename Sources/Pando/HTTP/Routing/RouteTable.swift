import HTTPTypes
import Hummingbird

/// The routes of an app as its domains add them to Hummingbird's router. It remembers them, to answer 405, to show them
/// and to refuse two routes for the same requests with the names of their domains.
final class RouteTable: RouterMethods {
    typealias Context = AppContext

    /// One route.
    struct Entry: Sendable {
        let method: HTTPRequest.Method
        let path: RouterPath
        let domain: String

        /// Whether the route takes a path, split at its slashes.
        func matches(_ components: [Substring]) -> Bool {
            for (index, element) in path.enumerated() {
                if element == .recursiveWildcard { return true }
                guard index < components.count, element ~= components[index] else { return false }
            }
            return path.count == components.count
        }
    }

    private let router: Router<AppContext>
    private let domain: String
    private(set) var entries: [Entry] = []
    private(set) var conflicts: [String] = []

    /// The routes of one domain, after those of others.
    init(router: Router<AppContext>, domain: String, after entries: [Entry]) {
        self.router = router
        self.domain = domain
        self.entries = entries
    }

    @discardableResult
    func on<Responder: HTTPResponder>(_ path: RouterPath, method: HTTPRequest.Method, responder: Responder) -> Self
    where Responder.Context == AppContext {
        if let other = entries.first(where: { $0.method == method && Self.shape($0.path) == Self.shape(path) }) {
            conflicts.append(
                "\(method) \(path) of domain '\(domain)' takes the requests of \(other.path) of domain '\(other.domain)'"
            )
            return self
        }
        entries.append(Entry(method: method, path: path, domain: domain))
        router.on(path, method: method, responder: responder)
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, AppContext>) -> Self {
        preconditionFailure("middleware belongs to the group that a domain gets, so that it stays in that domain")
    }

    /// The path with the names of its captures left out, for two names take the same requests.
    private static func shape(_ path: RouterPath) -> String {
        path.map { element in
            let text = element.description
            guard let open = text.firstIndex(of: "{"), let close = text.lastIndex(of: "}") else { return text }
            return text[..<open] + "{}" + text[text.index(after: close)...]
        }.joined(separator: "/")
    }
}
