import TestSupport
import Testing

@testable import PandoEdge

@Suite struct RouteTableTests {
    typealias Route = EdgeConfiguration.Route

    /// A route of `host path METHOD,METHOD x-name=value`, with `-` for any host and any method.
    static func route(_ text: String) throws -> Route {
        let words = text.split(separator: " ").map(String.init)
        var route = Route(.respond(.init(status: 200)))
        route.hosts = words[0] == "-" ? [] : [words[0]]
        route.path = try #require(EdgeConfiguration.PathPattern(words[1]))
        route.methods = words.count < 3 || words[2] == "-" ? [] : words[2].split(separator: ",").map(String.init)
        route.headers = words.dropFirst(3).map { word in
            let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            return .init(parts[0], parts.count == 1 ? .present : parts[1].isEmpty ? .absent : .equals(parts[1]))
        }
        return route
    }

    static func table(_ routes: [String]) throws -> RouteTable {
        var edge = EdgeConfiguration()
        edge.routes = try routes.map(route)
        return edge.matches
    }

    /// A request of `METHOD host path name=value`.
    static func match(_ table: RouteTable, _ text: String) -> RouteTable.Match {
        let (head, path) = (request(text), RoutePath())
        return table.match(head, path)
    }

    static func request(_ text: String) -> Head {
        let words = text.split(separator: " ").map(String.init)
        let head = Head()
        head.methodName = head.append(words[0])
        head.method = Method(head.bytes(head.methodName))
        head.authority = head.append(words[1])
        head.target = head.append(words[2])
        for word in words.dropFirst(3) {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            head.add(name: parts[0], parts[1])
        }
        return head
    }

    /// Routes, a request, and which of them it gets.
    static let precedence: [([String], String, Int?)] = [
        // Host: name, longer wildcard, wildcard, any; and on to the next where the rest does not hold.
        (["- /a", "*.example.com /a", "www.example.com /a"], "GET www.example.com /a", 2),
        (["- /a", "*.example.com /a", "*.x.example.com /a"], "GET a.b.x.example.com /a", 2),
        (["- /a", "*.example.com /a"], "GET a.b.example.com /a", 1),
        (["- /a", "*.example.com /a"], "GET example.com /a", 0),
        (["- /a", "*.example.com /a"], "GET badexample.com /a", 0),
        (["*.example.com /*", "www.example.com /a"], "GET www.example.com /b", 0),
        (["www.example.com /*", "- /a/b"], "GET www.example.com /a/b", 0),
        (["www.example.com /a"], "GET WWW.EXAMPLE.com.:8443 /a", 0),
        (["www.example.com /a"], "GET other.example.com /a", nil),
        (["- /a", "www.example.com /b"], "GET www.example.com /a", 0),
        // Path: exact, template, prefix.
        (["- /a/*", "- /a/{x}", "- /a/b"], "GET h /a/b", 2),
        (["- /a/*", "- /a/{x}", "- /a/b"], "GET h /a/c", 1),
        (["- /a/*", "- /a/{x}", "- /a/b"], "GET h /a/c/d", 0),
        (["- /*", "- /a/*", "- /a/b/*"], "GET h /a/b/c", 2),
        (["- /*", "- /a/*", "- /a/b/*"], "GET h /a/bc", 1),
        (["- /*", "- /a/*", "- /a/b/*"], "GET h /ab", 0),
        (["- /a/*"], "GET h /a", 0),
        (["- /a/*"], "GET h /a/", 0),
        (["- /a/*"], "GET h /ab", nil),
        (["- /a"], "GET h /a/", 0),
        (["- /a/"], "GET h /a", 0),
        (["- /"], "GET h /", 0),
        (["- /"], "GET h /a", nil),
        (["- /*"], "GET h /", 0),
        (["- /{x}"], "GET h /", nil),
        (["- /a/{x}"], "GET h /a/", nil),
        // Templates from the left, with a way back where a branch leads nowhere.
        (["- /{x}/b", "- /a/{y}"], "GET h /a/b", 1),
        (["- /{x}/b/c", "- /a/{y}/d"], "GET h /a/b/c", 0),
        (["- /a/b/{z}/1", "- /a/{y}/c/2", "- /{x}/b/c/3"], "GET h /a/b/c/3", 2),
        (["- /a/b/{z}/1", "- /a/{y}/c/2", "- /{x}/b/c/3"], "GET h /a/b/c/2", 1),
        (["- /{x}/*", "- /a/{y}/*"], "GET h /a/b/c", 1),
        (["- /{x}/b/*", "- /a/*"], "GET h /a/b/c", 1),
        (["- /t/{id}/files/*", "- /*"], "GET h /t/7/files/a/b", 0),
        (["- /t/{id}/files/*", "- /*"], "GET h /t/7/other", 1),
        // Methods.
        (["- /a", "- /a GET"], "GET h /a", 1),
        (["- /a", "- /a GET"], "HEAD h /a", 1),
        (["- /a", "- /a GET"], "POST h /a", 0),
        (["- /a HEAD", "- /a GET"], "HEAD h /a", 0),
        (["- /a PROPFIND,MKCOL", "- /a"], "MKCOL h /a", 0),
        (["- /a PROPFIND", "- /a"], "COPY h /a", 1),
        (["- /a POST", "- /* -"], "GET h /a", 1),
        // Fields.
        (["- /a", "- /a - x-v=2"], "GET h /a x-v=2", 1),
        (["- /a", "- /a - x-v=2"], "GET h /a x-v=1", 0),
        (["- /a", "- /a - x-v=2"], "GET h /a X-V=1 x-V=2", 1),
        (["- /a - x-v=2", "- /a - x-v=2 accept"], "GET h /a accept=a x-v=2", 1),
        (["- /a - x-v=", "- /a"], "GET h /a", 0),
        (["- /a - x-v=", "- /a"], "GET h /a x-v=1", 1),
        (["- /a - x-v=2", "- /a GET"], "GET h /a x-v=2", 1),
        (["- /a - x-v=2", "- /* -"], "GET h /a", 1),
        (["- /a - user-agent=x", "- /*"], "GET h /a user-agent=x", 0),
        // Order.
        (["- /a - x-a=1", "- /a - x-b=1"], "GET h /a x-a=1 x-b=1", 0),
    ]

    @Test(arguments: precedence.indices)
    func strongestRouteGetsIt(_ index: Int) throws {
        let (routes, request, expected) = Self.precedence[index]
        let found = Self.match(try Self.table(routes), request)
        #expect(found == (expected.map { .route($0) } ?? .none), "\(routes) \(request)")
    }

    @Test func noEncodingPassesARestrictionBy() throws {
        let table = try Self.table(["- /*", "- /admin/*", "- /me/@x"])
        for path in [
            "/admin", "/admin/", "/%61dmin", "//admin", "/./admin/x", "/x/../admin", "/x/%2e%2e/admin", "/admin//x",
        ] {
            #expect(Self.match(table, "GET h \(path)") == .route(1), "\(path)")
        }
        #expect(Self.match(table, "GET h /me/%40x") == .route(2))
        for path in ["/x%2f..%2fadmin", "/x/..;/admin", "/%c0%afadmin", "/x\\..\\admin", "/%", "/../admin"] {
            #expect(Self.match(table, "GET h \(path)") == .malformed, "\(path)")
        }
        #expect(
            Self.match(table, "GET h /%2561dmin") == .route(0),
            "decoded once, it is another path, and passed on as it came"
        )
        #expect(Self.match(table, "GET h%2e /admin") == .malformed)
    }

    @Test func otherMethodsAreNamed() throws {
        let table = try Self.table(["- /a GET", "- /a POST,PROPFIND", "- /b DELETE x-v=1", "*.example.com /a DELETE"])
        let (head, path) = (Self.request("PUT h /a"), RoutePath())
        #expect(table.match(head, path) == .otherMethod)
        #expect(table.allowed(head, path) == "GET, HEAD, POST, PROPFIND")
        #expect(Self.match(table, "GET h /b") == .none, "its fields do not hold either")
        #expect(Self.match(table, "GET h /b x-v=1") == .otherMethod)
    }

    @Test func preflightIsLookedUpByTheMethodThatItAsksFor() throws {
        var edge = EdgeConfiguration()
        edge.routes = try ["- /a GET", "- /a POST", "- /a OPTIONS"].map(Self.route)
        var cors = EdgeConfiguration.CORS()
        cors.origins = ["https://a.example"]
        edge.routes[1].cors = cors
        let table = edge.matches
        let preflight = "OPTIONS h /a origin=https://a.example access-control-request-method="
        #expect(Self.match(table, preflight + "POST") == .route(1))
        #expect(Self.match(table, preflight + "GET") == .route(2), "the edge answers no preflight for it")
        #expect(Self.match(table, "OPTIONS h /a") == .route(2))
    }

    @Test func slashesMayBeKept() throws {
        var edge = EdgeConfiguration()
        edge.routes = try ["- /p/{id}", "- /p/{id}/x"].map(Self.route)
        #expect(Self.match(edge.matches, "GET h /p/a%2Fb") == .malformed)
        edge.encodedSlashes = .keep
        #expect(Self.match(edge.matches, "GET h /p/a%2Fb/x") == .route(1))
        #expect(Self.match(edge.matches, "GET h /p/a%2Fb") == .route(0))
    }

    @Test func deniedPathsAreFoundAsRoutesAre() throws {
        var deny = EdgeConfiguration.DenyList()
        deny.paths = try ["/.git/*", "/wp-login.php"].map { try #require(EdgeConfiguration.PathPattern($0)) }
        for path in ["/.git", "/.git/config", "/%2egit/config", "//.git/x", "/wp-login.php/"] {
            #expect(Self.match(deny.matches, "GET h \(path)") != .none, "\(path)")
        }
        for path in ["/", "/git", "/.gitignore", "/a/.git"] {
            #expect(Self.match(deny.matches, "GET h \(path)") == .none, "\(path)")
        }
    }

    @Test func hostOfTheRequestBeforeIsForgotten() throws {
        let table = try Self.table(["a.com /", "b.com /"])
        let path = RoutePath()
        for (host, expected) in [
            ("a.com", RouteTable.Match.route(0)), ("B.com:1", .route(1)), ("B.com:1", .route(1)), ("%", .malformed),
            ("b.com", .route(1)), ("", .none), ("a.com", .route(0)), ("b.co", .none),
        ] {
            let head = Self.request("GET x /")
            head.authority = head.append(host)
            #expect(table.match(head, path) == expected, "\(host)")
        }
    }

    @Test func emptyTableFindsNothing() {
        #expect(Self.match(EdgeConfiguration().matches, "GET h /") == .none)
    }

    /// Random tables against the definition: the strongest of all routes whose conditions hold.
    @Test func tableAgreesWithItsDefinition() throws {
        var generator = SeededGenerator(variable: "EDGE_SEED")
        print("EDGE_SEED=\(generator.seed)")
        let hosts = ["-", "-", "a.com", "*.com", "*.a.com", "b.a.com"]
        let paths = [
            "/*", "/a", "/a/b", "/{x}", "/{x}/b", "/a/{y}", "/a/*", "/{x}/*", "/{x}/{y}/*", "/a/{y}/*", "/a/b/*", "/",
            "/{x}/b/*",
        ]
        let methods = ["-", "GET", "POST,MKCOL", "HEAD"]
        let fields = ["", "", " x-v=1", " x-v=1 x-w", " x-v="]
        let targets = ["/", "/a", "/b", "/a/b", "/b/b", "/a/c", "/a/b/c", "/c/d/e", "/%61//b"]
        for _ in 0..<300 {
            let routes = (0..<Int.random(in: 1...14, using: &generator)).map { _ in
                [hosts, paths, methods].map { $0.randomElement(using: &generator) ?? "" }.joined(separator: " ")
                    + (fields.randomElement(using: &generator) ?? "")
            }
            let table = try Self.table(routes)
            for _ in 0..<20 {
                let request = [
                    ["GET", "HEAD", "POST", "MKCOL", "PUT"].randomElement(using: &generator) ?? "",
                    ["a.com", "b.a.com", "c.b.a.com", "com", "h"].randomElement(using: &generator) ?? "",
                    targets.randomElement(using: &generator) ?? "",
                    ["", "x-v=1", "x-v=1 x-w=2", "x-v=2"].randomElement(using: &generator) ?? "",
                ].joined(separator: " ")
                let found = Self.match(table, request)
                let expected = Self.strongest(table, request)
                #expect((found == .otherMethod ? .none : found) == expected, "\(routes) \(request)")
            }
        }
    }

    /// By comparing everything with everything.
    static func strongest(_ table: RouteTable, _ text: String) -> RouteTable.Match {
        let head = request(text)
        let (host, method) = (head.text(head.authority), head.text(head.methodName))
        let segments = (RoutePathTests.read(head.text(head.target))?[0] ?? "").split(separator: "/").map {
            Array($0.utf8)
        }
        var edge = EdgeConfiguration()
        edge.routes = table.routes.map(\.route)
        let holding = RankedRoute.all(of: edge).filter { route in
            let pattern = route.place.host
            let isHost =
                pattern.isEmpty || pattern == host || pattern.hasPrefix("*.") && host.hasSuffix(pattern.dropFirst())
            let shape = route.place.shape
            let isLength = route.place.isPrefix ? segments.count >= shape.count : segments.count == shape.count
            let isPath = isLength && zip(shape, segments).allSatisfy { $0 == nil || $0 == $1 }
            let isMethod = route.methods.isEmpty || route.methods.contains(method)
            return isHost && isPath && isMethod && route.conditions.allSatisfy { FieldTest($0).holds(for: head) }
        }
        return holding.min().map { .route($0.index) } ?? .none
    }
}
