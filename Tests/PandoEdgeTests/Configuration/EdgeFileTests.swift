import Foundation
import PandoTopology
import TestSupport
import Testing

@testable import PandoEdge

@Suite struct EdgeFileTests {
    let files: EdgeFiles

    init() throws { files = try EdgeFiles() }

    private func edge(_ text: String) throws -> EdgeConfiguration { try files.read(text).configuration }

    @Test func twoLinesAreEnough() throws {
        let edge = try edge("listen: 8080\nupstream: [\"127.0.0.1:3001\", 127.0.0.1:3002]\n")
        var expected = EdgeConfiguration()
        expected.listeners = [.init(.tcp(Address(host: "::", port: 8080)))]
        expected.upstreams = [
            .init(
                name: "default",
                servers: [
                    .init(.tcp(Address(host: "127.0.0.1", port: 3001))),
                    .init(.tcp(Address(host: "127.0.0.1", port: 3002))),
                ]
            )
        ]
        #expect(edge == expected)
        #expect(edge.allRoutes.map(\.route) == [.init(.upstream("default"))])
    }

    @Test func listenersHaveManyForms() throws {
        let edge = try edge(
            """
            listen: [80, "127.0.0.1:81", "[::1]:82", "unix:/run/e.sock"]
            listeners:
              - {address: 83, http2: false}
            upstream: unix:/run/app.sock
            """
        )
        #expect(
            edge.listeners.map(\.endpoint.description)
                == ["[::]:80", "127.0.0.1:81", "[::1]:82", "unix:/run/e.sock", "[::]:83"]
        )
        #expect(edge.listeners.map(\.http2) == [true, true, true, true, false])
        #expect(edge.upstreams[0].servers == [.init(.unix("/run/app.sock"))])
    }

    @Test func everyDefaultWrittenOutIsTheDefault() throws {
        let written = try edge(EdgeTexts.defaults)
        let plain = try edge("listen: 8080\nupstreams: {app: \"127.0.0.1:3001\"}\nroutes: [{upstream: app}]\n")
        #expect(written == plain)
    }

    @Test func mappingsWithNothingInThemAreTheDefaults() throws {
        let written = try edge(
            """
            listen: {address: 8080, limits: {}}
            upstream: {servers: "127.0.0.1:1", health: {}, outliers: {}, limits: {}, timeouts: {}, retries: {}, keepAlive: {}, tls: {}}
            routes:
              - {limits: {}, compression: {}, cache: {key: {}}, shape: {}, requestHeaders: {}, rewrite: {prefix: /}}
            cache: {rule: {}}
            accessLog: {}
            tickets: {}
            deny: {}
            """
        )
        let words = try edge(
            """
            listen: 8080
            upstream: {servers: "127.0.0.1:1", health: /, tls: on}
            routes:
              - {compression: on, cache: on, shape: [], rewrite: {prefix: /}}
            """
        )
        #expect(written == words)
    }

    @Test func upstreamsAreReadInFull() throws {
        let edge = try edge(EdgeTexts.upstreams)
        let app = try #require(edge.upstream("app"))
        #expect(app.servers.map(\.weight) == [5, 1] && app.servers[1].maximumConnections == 7)
        #expect(app.servers.map(\.healthPort) == [nil, 9])
        #expect(app.servers[0].local && app.servers[1].backup)
        #expect(app.balance == .hash(.header("x-user")))
        #expect(app.health?.status == [200...200, 300...302] && app.health?.timeout == .milliseconds(1500))
        #expect(app.health?.failClosed == true && app.health?.port == 9 && app.health?.fall == 4)
        #expect(app.outliers == nil && app.keepAlive.connections == 0)
        #expect(app.retries.on == [.timeout, .badGateway] && app.retries.attempts == 2)
        #expect(app.timeouts.perTry == .seconds(2) && app.hedge?.after == .milliseconds(100))
        #expect(app.tls?.authorities == files.folder + "/a.pem" && app.tls?.certificate?.key == files.folder + "/a.key")
        #expect(app.proxyProtocol == .v2 && app.http == .http2)
        let other = try #require(edge.upstream("other"))
        var sticky = EdgeConfiguration.Sticky(secret: .environment("STICKY"))
        (sticky.cookie, sticky.maxAge) = ("c", .seconds(3600))
        #expect(other.balance == .sticky(sticky))
        #expect(other.health?.path == nil && other.retries.attempts == 0)
    }

    @Test func routesAreReadInFull() throws {
        let edge = try edge(EdgeTexts.routes)
        let route = edge.routes[0]
        #expect(route.hosts == ["www.example.com", "*.example.org"] && route.path.kind == .template)
        #expect(
            route.headers.sorted { $0.name < $1.name } == [
                .init("x-a", .equals("1")), .init("x-b", .startsWith("v")), .init("x-c", .present),
                .init("x-d", .absent),
            ]
        )
        var split = EdgeConfiguration.Split(parts: [
            .init(upstream: "app", weight: 95), .init(upstream: "canary", weight: 5),
        ])
        split.by = .cookie("id")
        #expect(route.action == .split(split) && route.rewrite == .path("/h/{id}"))
        #expect(route.mirror?.percent == 10 && route.requestHeaders.remove == ["x-internal"])
        #expect(route.limits.rate[0] == .init(requests: 100, per: .seconds(1)))
        #expect(route.limits.rate[1].burst == 40 && route.limits.rate[1].by == .header("x-key"))
        #expect(route.limits.concurrency?.bound == .adaptive(5...50) && route.limits.bodyBytes == 1 << 20)
        #expect(route.cache?.key.query == .without(["utm"]) && route.cache?.negative == [404: .seconds(5)])
        #expect(edge.cache == EdgeConfiguration.CacheStore(), "a route that caches brings the store")
        #expect(route.cors?.headers == ["x-a"] && route.openAPI?.file == files.folder + "/api.yaml")
        #expect(route.shape?.parameter == "fields" && route.compression?.types == ["text/html"])
        var redirect = EdgeConfiguration.Redirect(to: "/new{query}")
        redirect.status = 301
        #expect(edge.routes[1].action == .redirect(redirect))
        guard case .files(let files) = edge.routes[3].action else { return #expect(Bool(false)) }
        #expect(files.fallback == "index.html" && files.maxAge == .seconds(86_400))
    }

    @Test func gatewaysGiveTheirHostsToTheirRoutes() throws {
        let edge = try edge(EdgeTexts.gateways)
        #expect(
            edge.allRoutes.map(\.keyPath) == [
                "routes[0]", "gateways.web.routes[0]", "gateways.web.routes[1]", "gateways.mobile.routes[0]",
            ]
        )
        #expect(edge.allRoutes.map(\.route.hosts) == [[], ["a.example", "b.example"], ["c.example"], ["m.example"]])
        #expect(edge.allRoutes.map(\.gateway) == [nil, "web", "web", "mobile"])
        #expect(edge.gateways[0].objectives.latency == .milliseconds(300))
        #expect(edge.gateways[1].limits.rate == [.init(requests: 1000, per: .seconds(60))])
    }

    @Test func operationIsReadInFull() throws {
        let edge = try edge(EdgeTexts.operation)
        #expect(edge.listeners[0].proto == .https && edge.listeners[0].clientCertificates?.mode == .optional)
        #expect(edge.listeners[0].hsts == .init() && edge.listeners[0].minimumTLS == .tls13)
        #expect(edge.cache?.memoryBytes == 2_000_000_000 && edge.cache?.node == Address("10.0.0.1:80"))
        #expect(edge.routes[0].cache?.lifetime == .seconds(30) && edge.routes[0].cache?.grace == .seconds(86_400))
        #expect(edge.routes[0].jwt?.require == ["role": ["x", "y"], "sub": []])
        #expect(edge.routes[0].jwt?.forward == ["sub": "x-user"] && edge.routes[0].mutualTLS?.forward == "x-client")
        #expect(edge.deny.networks.map(\.description) == ["10.1.0.0/16", "2001:db8::/32"])
        #expect(edge.accessLog.format == .combined && edge.workers == 4)
        #expect(edge.admin?.endpoint == .tcp(Address(host: "127.0.0.1", port: 9100)), "a port alone is local")
        #expect(edge.tickets.secret?.value(environment: [:])?.count == 32, "white space at the end does not count")
    }

    @Test func fileIsReadFromDiskWithPathsOfItsFolder() throws {
        try files.write("edge.yaml", "listen: 8080\nroutes: [{files: public}]\n")
        let checked = try EdgeConfiguration.load(path: files.folder + "/edge.yaml", environment: [:])
        #expect(checked.configuration.routes[0].action == .files(.init(folder: files.folder + "/public")))
        let error = #expect(throws: EdgeConfigurationError.self) {
            try EdgeConfiguration.load(path: "/nonexistent/e.yaml")
        }
        #expect(
            error?.description
                == "/nonexistent/e.yaml: error: cannot be read (No such file or directory); check the path and its permissions"
        )
    }
}
