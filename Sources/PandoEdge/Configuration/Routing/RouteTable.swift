/// Finds the route of a request; ``RankedRoute`` says which one wins, ``RoutePath`` how paths are read.
///
/// Made once for a generation, never changed after, and shared by all workers. A search allocates nothing: a hash for the host, one for an
/// exact path, and a walk through a tree of segments for templates and prefixes, each of whose nodes is visited at most twice.
package final class RouteTable: Sendable {
    /// What a request gets.
    package enum Match: Sendable, Equatable {
        /// The route at this place of ``routes``.
        case route(Int)
        /// 404
        case none
        /// 405: there are routes of its host, path and fields for other methods alone; ``allowed(_:_:)`` names these.
        case otherMethod
        /// 400
        case malformed
    }

    /// The routes, numbered by their place.
    package let routes: [EdgeConfiguration.PlacedRoute]
    private let parts: RouteParts
    private let slashes: EdgeConfiguration.EncodedSlashes

    /// Compiles the routes of a configuration without errors.
    package init(_ edge: EdgeConfiguration) {
        routes = edge.allRoutes
        slashes = edge.encodedSlashes
        parts = RouteParts(RankedRoute.all(of: edge), routes)
    }

    /// Finds the route of a request, and puts its path into normal form.
    ///
    /// A preflight of CORS is looked up by the method that it asks for, where the route found so answers preflights.
    package func match(_ head: Head, _ path: RoutePath) -> Match {
        guard path.settle(head, slashes: slashes) else { return .malformed }
        if head.method == .options, head.has(.origin), let wanted = head.first(.accessControlRequestMethod) {
            let name = head.bytes(wanted)
            if case .route(let index) = find(head, path, Method(name), name), parts.crossOrigin[index] {
                return .route(index)
            }
        }
        return find(head, path, head.method, head.bytes(head.methodName))
    }

    /// The methods that a request whose match is ``Match/otherMethod`` could have had, as Allow lists them (RFC 9110 §10.2.1).
    package func allowed(_ head: Head, _ path: RoutePath) -> String {
        var names = (0..<Method.other.rawValue).compactMap(Method.init(rawValue:)).map { "\($0.text)" }
        names += Set(routes.flatMap(\.route.methods)).subtracting(names).sorted()
        return names.filter { name in
            var name = name
            return name.withUTF8 { bytes in
                if case .route = find(head, path, Method(bytes), bytes) { true } else { false }
            }
        }.joined(separator: ", ")
    }

    private func find(
        _ head: Head,
        _ path: RoutePath,
        _ method: Method,
        _ name: UnsafeBufferPointer<UInt8>
    ) -> Match {
        var search = RouteSearch(head: head, path: path.path(in: head), method: method, name: name)
        let host = path.host
        if parts.hasHosts, !host.isEmpty {
            let exact = parts.hosts.find(0, host)
            if exact >= 0, let found = search.route(of: Int(exact), in: parts) { return .route(found) }
            if parts.hasWildcards, let found = wildcard(host, &search) { return .route(found) }
        }
        if parts.anyHost >= 0, let found = search.route(of: parts.anyHost, in: parts) { return .route(found) }
        return search.sawOtherMethod ? .otherMethod : .none
    }

    /// The longest suffix is the leftmost.
    private func wildcard(_ host: UnsafeBufferPointer<UInt8>, _ search: inout RouteSearch) -> Int? {
        for index in 1..<max(1, host.count) where host[index] == UInt8(ascii: ".") {
            let suffix = UnsafeBufferPointer(rebasing: host[(index + 1)...])
            let group = parts.hosts.find(1, suffix)
            if group >= 0, let found = search.route(of: Int(group), in: parts) { return found }
        }
        return nil
    }
}

extension EdgeConfiguration {
    /// The compiled route table. Made anew at each call: keep it with the generation.
    package var matches: RouteTable { RouteTable(self) }
}

extension EdgeConfiguration.DenyList {
    /// The paths that are refused, as a table in which each is a route: what matches one is refused.
    package var matches: RouteTable { matches(.refuse) }

    /// - Parameter slashes: How paths are read.
    package func matches(_ slashes: EdgeConfiguration.EncodedSlashes) -> RouteTable {
        var edge = EdgeConfiguration()
        edge.encodedSlashes = slashes
        edge.routes = paths.map { path in
            var route = EdgeConfiguration.Route(.respond(.init(status: 403)))
            route.path = path
            return route
        }
        return RouteTable(edge)
    }
}
