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

    /// Every default, written out.
    static let defaults = """
        listen:
          address: 8080
          protocol: http
          http2: true
          clientCertificates: off
          minimumTLS: "1.2"
          hsts: off
          redirectToHTTPS: false
          proxyProtocolFrom: []
          trustedProxies: []
          limits:
            headBytes: 32KiB
            fields: 100
            targetBytes: 8KiB
            bodyBytes: 64MiB
            connections: 20000
            connectionsPerAddress: off
            headerTimeout: 10s
            bodyTimeout: 30s
            idleTimeout: 75s
            requestTimeout: off
            requestsPerConnection: 100000
            http2Streams: 128
            http2Resets: 200
        upstreams:
          app:
            servers:
              - {address: "127.0.0.1:3001", weight: 1, backup: false, local: false}
            balance: leastTime
            slowStart: 0
            panicThreshold: 50
            health: off
            outliers: {failures: 5, failurePercent: off, latencyFactor: off, window: 10s, ejection: 30s, maximumEjectedPercent: 50}
            limits: {connections: 1024, requests: 10000, pending: 1024, pendingTimeout: 5s}
            timeouts: {connect: 3s, perTry: off, total: 60s, idle: 60s}
            retries: {attempts: 1, budgetPercent: 20, on: [connect, reset, "503"], nonIdempotent: false}
            hedge: off
            keepAlive: {connections: 64, idle: 50s}
            tls: off
            proxyProtocol: off
            http: "1.1"
        routes:
          - path: /*
            upstream: app
            limits: {concurrency: off, priority: normal}
            cache: off
            compression: off
            cors: off
        deny: {addresses: [], userAgents: [], paths: []}
        accessLog: {format: json, file: stdout, samplePercent: 100}
        admin: off
        workers: auto
        tickets: {rotation: 12h}
        drainTimeout: 30s
        encodedSlashes: refuse
        """

    @Test func everyDefaultWrittenOutIsTheDefault() throws {
        let written = try edge(Self.defaults)
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
        let edge = try edge(
            """
            listen: 8080
            upstreams:
              app:
                servers:
                  - {address: "a:1", weight: 5, local: true}
                  - {address: "b:1", backup: true, maximumConnections: 7}
                balance: {hash: {of: header X-User}}
                health: {path: /h, interval: 2s, timeout: 1500ms, rise: 1, fall: 4, status: [200, 300-302], host: h, port: 9, failClosed: true}
                panicThreshold: 0
                outliers: off
                retries: {attempts: 2, on: [timeout, "502"]}
                timeouts: {perTry: 2s, total: 10s}
                hedge: 100ms
                keepAlive: off
                tls: {authorities: a.pem, name: app.internal, certificate: a.pem, key: a.key}
                proxyProtocol: v2
                http: "2"
              other: {servers: ["c:1", "d:1"], balance: {sticky: {secret: {environment: STICKY}, cookie: c, maxAge: 1h}}, health: tcp, retries: off}
            routes:
              - {path: /a/*, upstream: app}
              - {upstream: other}
            """
        )
        let app = try #require(edge.upstream("app"))
        #expect(app.servers.map(\.weight) == [5, 1] && app.servers[1].maximumConnections == 7)
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
        let edge = try edge(
            """
            listen: 8080
            upstreams: {app: "a:1", canary: "b:1", copy: "c:1"}
            routes:
              - name: hotel
                host: [WWW.Example.com, "*.example.org"]
                path: /hotels/{id}
                methods: [GET, PROPFIND]
                headers: {X-A: "1", x-b: {startsWith: v}, x-c: {present: true}, x-d: {present: false}}
                split: {parts: {app: 95, canary: 5}, by: cookie id}
                mirror: {upstream: copy, percent: 10}
                rewrite: {path: "/h/{id}"}
                requestHeaders: {set: {X-Gateway: web}, remove: [X-Internal]}
                responseHeaders: {add: {Cache-Hint: "a b"}}
                limits:
                  rate: [100/s, {rate: 20/10s, burst: 40, by: header X-Key, method: tokenBucket, keys: 500}]
                  concurrency: {minimum: 5, maximum: 50, queue: 10, queueTimeout: 1s}
                  bodyBytes: 1MiB
                  priority: high
                cache: {lifetime: 1m, negative: {404: 5s}, key: {query: {without: [utm]}, headers: [Accept], cookies: [lang]}}
                compression: {level: 9, minimumBytes: 0, types: [text/html]}
                cors: {origins: ["https://a.example"], credentials: true, headers: [X-A], methods: [GET]}
                openAPI: {file: api.yaml, allowUnknown: true}
                shape: {keep: [a.b], drop: [a.c], parameter: fields}
              - {path: /old, redirect: {to: "/new{query}", status: 301}}
              - {path: /ping, respond: {status: 200, body: "{}", contentType: application/json}}
              - {path: /static/*, files: {folder: public, fallback: index.html, maxAge: 1d}}
              - {path: /app, upstream: app}
            """
        )
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
        let edge = try edge(
            """
            listen: 8080
            upstream: "a:1"
            gateways:
              web: {host: [a.example, b.example], routes: [{path: /x}, {host: c.example}], objectives: {latency: 300ms, latencyPercent: 95}}
              mobile: {host: m.example, routes: [{path: /*}], limits: {rate: 1000/m}}
            routes: [{path: /health, respond: 200}]
            """
        )
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
        let edge = try edge(
            """
            listen: {address: 443, certificates: {certificate: a.pem, key: a.key}, clientCertificates: {authorities: a.pem, mode: optional}, hsts: on, minimumTLS: "1.3"}
            upstream: "a:1"
            routes:
              - cache: 30s
                authentication:
                  jwt: {keys: "https://i.example/jwks", issuer: i, audience: [a, b], require: {role: [x, y], sub: any}, forward: {sub: X-User}}
                  mutualTLS: {names: "*.example.com", forward: X-Client}
            cache: {memoryBytes: 2GB, folder: public, rule: {grace: 1d}, purgeToken: {file: secret}, nodes: ["10.0.0.1:80", "10.0.0.2:80"], node: "10.0.0.1:80"}
            deny: {addresses: [10.1.0.0/16, "2001:db8::/32"], userAgents: [BadBot], paths: [/.git/*]}
            accessLog: combined
            admin: {address: 9100, token: {environment: STICKY}}
            workers: 4
            tickets: {rotation: 1h, secret: {file: secret}}
            """
        )
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

    @Test func randomDamageNeverCrashesAndAlwaysNamesWhatIsWrong() throws {
        var generator = SeededGenerator(variable: "EDGE_SEED")
        print("EDGE_SEED=\(generator.seed)")
        let original = Array(Self.defaults.utf8)
        for _ in 0..<600 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1:
                    bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...30, using: &generator)))
                case 2: bytes.insert(UInt8.random(in: 32...126, using: &generator), at: index)
                default:
                    let other = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes.insert(contentsOf: bytes[other..<min(bytes.count, other + 20)], at: index)
                }
            }
            do throws(EdgeConfigurationError) {
                _ = try EdgeConfiguration.decode(bytes, file: "edge.yaml")
            } catch {
                let isSaid = error.issues.allSatisfy {
                    !$0.problem.isEmpty && !$0.remedy.isEmpty && $0.file == "edge.yaml"
                }
                #expect(isSaid, "\(error)")
            }
        }
    }
}
