/// A route for one of its hosts, and how it stands to others.
///
/// Of all routes whose host, path, method and fields hold, the strongest gets the request:
/// 1. Its host: a name is stronger than `*.example.com`, of these the longer, and that is stronger than any host.
/// 2. Its path: exact is stronger than a template, and that than a prefix. Templates are compared segment by segment from
///    the left, where a literal is stronger than a parameter; prefixes too, so that of two the longer is stronger.
/// 3. Its methods: some are stronger than any.
/// 4. Its fields: more conditions are stronger than fewer.
/// 5. The one that stands first in the file.
struct RankedRoute: Comparable {
    /// Which requests could be meant: host and path.
    struct Place: Hashable {
        /// `example.com`, `*.example.com`, or empty.
        let host: String
        /// Octets of literals; nil for a parameter.
        let shape: [[UInt8]?]
        let isPrefix: Bool
    }

    /// In ``EdgeConfiguration/allRoutes``.
    let index: Int
    let place: Place
    /// Empty for any.
    let methods: Set<String>
    let conditions: [EdgeConfiguration.HeaderCondition]

    init(index: Int, route: EdgeConfiguration.Route, host: String) {
        self.index = index
        let shape = route.path.segments.map { segment -> [UInt8]? in
            guard case .literal(let octets) = segment else { return nil }
            return octets
        }
        place = Place(host: host, shape: shape, isPrefix: route.path.kind == .prefix)
        var methods = Set(route.methods)
        // HEAD is GET without the content (RFC 9110 §9.3.2).
        if methods.contains("GET") { methods.insert("HEAD") }
        self.methods = methods
        conditions = route.headers
    }

    /// All routes, for each of their hosts.
    static func all(of edge: EdgeConfiguration) -> [RankedRoute] {
        edge.allRoutes.enumerated().flatMap { index, placed in
            let hosts = placed.route.hosts.isEmpty ? [""] : Set(placed.route.hosts.map { $0.lowercased() }).sorted()
            return hosts.map { RankedRoute(index: index, route: placed.route, host: $0) }
        }
    }

    /// The host, where there is one.
    var hostText: String? { place.host.isEmpty ? nil : place.host }

    /// Whether it gets every request that a weaker one of the same place could have got.
    func takesAll(of weaker: RankedRoute) -> Bool {
        let coversMethods = methods.isEmpty || !weaker.methods.isEmpty && methods.isSuperset(of: weaker.methods)
        return coversMethods && conditions.allSatisfy(weaker.conditions.contains)
    }

    /// Whether it is stronger.
    static func < (one: RankedRoute, other: RankedRoute) -> Bool {
        one.order.lexicographicallyPrecedes(other.order)
    }

    static func == (one: RankedRoute, other: RankedRoute) -> Bool { one.order == other.order }

    /// Smaller is stronger, from the first number on.
    private var order: [Int] {
        let isWild = place.host.hasPrefix("*.")
        let hostRank = place.host.isEmpty ? 2 : isWild ? 1 : 0
        let pathRank = place.isPrefix ? 2 : place.shape.contains(nil) ? 1 : 0
        // The end of a prefix is weaker than any segment.
        let segments = place.shape.map { $0 == nil ? 1 : 0 } + [2]
        let rest = [methods.isEmpty ? 1 : 0, -conditions.count, index]
        return [hostRank, isWild ? -place.host.utf8.count : 0, pathRank] + segments + rest
    }
}
