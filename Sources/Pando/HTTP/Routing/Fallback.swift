import HTTPTypes
import Hummingbird
import Synchronization

/// What happens to a request that no route takes: a mounted application, 405 where the path has other methods, else 404.
final class Fallback: Sendable {
    private let mounts: [Mount]
    private let routes = Mutex<[RouteTable.Entry]>([])

    init(mounts: [Mount] = []) {
        // The longest prefix first, so that what is mounted deeper wins.
        self.mounts = mounts.sorted { $0.prefix.count > $1.prefix.count }
    }

    /// Whether anything is mounted.
    var hasMounts: Bool { !mounts.isEmpty }

    /// Learns the routes, which are added after the front that leads here.
    func learn(_ routes: [RouteTable.Entry]) {
        self.routes.withLock { $0 = routes }
    }

    func respond(to request: Request, context: AppContext) async throws -> Response {
        let path = request.uri.path
        for mount in mounts where mount.takes(path) {
            return try await mount.respond(to: request, context: context)
        }
        let methods = allowedMethods(path)
        guard !methods.isEmpty else { throw Problem(.notFound) }
        let allow = methods.map(\.rawValue).sorted().joined(separator: ", ")
        if request.method == .options { return Response(status: .noContent, headers: [.allow: allow]) }
        throw Problem(.methodNotAllowed, "Use one of: \(allow)", headers: [.allow: allow])
    }

    private func allowedMethods(_ path: String) -> Set<HTTPRequest.Method> {
        let components = path.split(separator: "/")
        var methods: Set<HTTPRequest.Method> = []
        for route in routes.withLock({ $0 }) where route.matches(components) {
            methods.insert(route.method)
            if route.method == .get { methods.insert(.head) }
        }
        return methods
    }
}
