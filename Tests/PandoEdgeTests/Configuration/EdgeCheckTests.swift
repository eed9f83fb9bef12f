import Foundation
import Testing

@testable import PandoEdge

/// Golden texts: what does not fit together, and what is risky.
@Suite struct EdgeCheckTests {
    @Test(arguments: listeners + upstreams + routes + operation)
    func messageIs(_ golden: EdgeGolden) throws {
        let found = try EdgeFiles().messages(golden.text)
        #expect(found == golden.expected, "\(golden.name)")
    }

    private static func listen(_ text: String) -> String { "listen: \(text)\nupstream: \"a:1\"\n" }

    static let listeners = [
        EdgeGolden("nothing wrong", listen("8080"), "fine"),
        EdgeGolden(
            "two on one address",
            "listen:\n  - 8080\n  - 127.0.0.1:8080\nupstream: \"a:1\"\n",
            """
            edge.yaml:3:5: error: listeners[1]: 127.0.0.1:8080 is listened on already (listeners[0], line 2); give it another address
            """
        ),
        EdgeGolden(
            "admin on a listener's address",
            listen("9100") + "admin: 9100\n",
            "edge.yaml:3:8: error: admin: 127.0.0.1:9100 is listened on already (listeners[0], line 1); give it another port"
        ),
        EdgeGolden(
            "certificate files",
            listen(
                "{address: 443, certificates: [{certificate: b.pem, key: a.pem}, {certificate: public, key: a.key}]}"
            ),
            """
            edge.yaml:1:53: error: listeners[0].certificates[0].certificate: 'b.pem' does not exist; check the path and its permissions
            edge.yaml:1:65: error: listeners[0].certificates[0].key: 'a.pem' holds no PEM block of a private key; name the file with 'BEGIN PRIVATE KEY' in it
            edge.yaml:1:65: warning: listeners[0].certificates[0].key: every user of this machine can read 'a.pem'; run 'chmod o-r' on it
            edge.yaml:1:87: error: listeners[0].certificates[1].certificate: 'public' is a folder; check the path and its permissions
            """
        ),
        EdgeGolden(
            "https without certificate",
            listen("{address: 443, protocol: https}"),
            """
            edge.yaml:1:9: error: listeners[0].certificates: https needs a certificate; add 'certificates: [{certificate: FILE, key: FILE}]'
            """
        ),
        EdgeGolden(
            "old TLS and everybody trusted",
            listen(
                "{address: 443, certificates: {certificate: a.pem, key: a.key}, minimumTLS: \"1.0\", trustedProxies: 0.0.0.0/0}"
            ),
            """
            edge.yaml:1:84: warning: listeners[0].minimumTLS: TLS 1.0 is broken and deprecated (RFC 8996); write "1.2" or "1.3"
            edge.yaml:1:107: warning: listeners[0].trustedProxies[0]: every client may say what its address is; name the networks of the proxies alone
            """
        ),
        EdgeGolden(
            "tcp",
            "listen: [{address: 1, protocol: tcp}, {address: 2, protocol: tcp, upstream: ap}]\nupstreams: {app: \"a:1\"}\n",
            """
            edge.yaml:1:10: error: listeners[0].upstream: tcp goes to one upstream, and none is named; add 'upstream: NAME'
            edge.yaml:1:77: error: listeners[1].upstream: no upstream is called 'ap'; did you mean 'app'? (known: app)
            """
        ),
        EdgeGolden(
            "no body limit and slow heads",
            listen("{address: 80, limits: {bodyBytes: off, headerTimeout: 2m}}"),
            """
            edge.yaml:1:43: warning: listeners[0].limits.bodyBytes: request bodies of any size are taken; write a size, and a larger one for the routes that need it
            edge.yaml:1:63: warning: listeners[0].limits.headerTimeout: a client may take 2m for a head; write 10s: slow clients hold connections
            """
        ),
        EdgeGolden(
            "nothing to do",
            "listen: 80\n",
            "edge.yaml:1:9: error: listeners[0]: nothing says where requests go; add 'upstream: \"127.0.0.1:3001\"'"
        ),
        EdgeGolden("a redirect alone", "listen: {address: 80, redirectToHTTPS: true}\n", "fine"),
        EdgeGolden(
            "no listener",
            "upstream: \"a:1\"\n",
            "edge.yaml:1:1: error: nothing is listened on; add 'listen: 8080'"
        ),
    ]

    private static func upstream(_ text: String) -> String { "listen: 80\nupstream: {\(text)}\n" }

    static let upstreams = [
        EdgeGolden(
            "no health check",
            upstream("servers: [\"a:1\", \"b:1\"]"),
            "edge.yaml:2:11: warning: upstreams.default: no health check: a dead server is found out by requests that fail; add 'health: /healthz'"
        ),
        EdgeGolden(
            "probe longer than its interval",
            upstream("servers: \"a:1\", health: {interval: 1s, timeout: 2s}"),
            """
            edge.yaml:2:60: error: upstreams.default.health.timeout: the timeout is not shorter than the interval (2s of 1s), \
            so that probes would pile up; make it shorter, or the interval longer
            """
        ),
        EdgeGolden(
            "a server twice, and the edge itself",
            upstream("servers: [\"a:1\", \"a:1\", \"127.0.0.1:80\"], health: tcp"),
            """
            edge.yaml:2:29: error: upstreams.default.servers[1]: a:1 is in it twice (upstreams.default.servers[0], line 2); use 'weight' for a larger share
            edge.yaml:2:36: error: upstreams.default.servers[2]: the edge itself listens on 127.0.0.1:80, so that requests would go round \
            (listeners[0], line 1); name the server's own address
            """
        ),
        EdgeGolden(
            "all are backups",
            upstream("servers: [{address: \"a:1\", backup: true}]"),
            "edge.yaml:2:21: error: upstreams.default.servers: every server is a backup; remove 'backup' from those that serve"
        ),
        EdgeGolden(
            "risky retries",
            upstream(
                "servers: \"a:1\", retries: {attempts: 3, budgetPercent: 100, nonIdempotent: true, on: [timeout]}"
            ),
            """
            edge.yaml:2:66: warning: upstreams.default.retries.budgetPercent: while servers fail they get up to 2.0 times their load; write 20
            edge.yaml:2:86: warning: upstreams.default.retries.nonIdempotent: a POST whose answer was lost is done twice; \
            remove it; clients send Idempotency-Key
            edge.yaml:2:96: warning: upstreams.default.retries.on: no try ends by timeout before the request does; \
            add 'timeouts: {perTry: …}', or remove 'timeout'
            """
        ),
        EdgeGolden(
            "timeouts",
            upstream("servers: \"a:1\", timeouts: {connect: 5s, perTry: 3s, total: 2s}"),
            """
            edge.yaml:2:48: error: upstreams.default.timeouts.connect: a connection may take longer than the whole request (2s); make it shorter
            edge.yaml:2:60: error: upstreams.default.timeouts.perTry: one try may take longer than all of them (2s); make it shorter
            """
        ),
        EdgeGolden(
            "TLS that checks nothing",
            upstream("servers: \"a:1\", tls: {verify: false}"),
            """
            edge.yaml:2:42: warning: upstreams.default.tls.verify: any machine in between can answer for the servers; \
            name who signs their certificates with 'authorities'
            """
        ),
        EdgeGolden(
            "secrets that are missing or short",
            "listen: 80\nupstreams:\n  a: {servers: \"a:1\", balance: {sticky: {secret: {environment: NONE}}}}\n"
                + "  b: {servers: \"b:1\", balance: {sticky: {secret: {environment: SHORT}}}}\nroutes: [{split: {a: 1, b: 1}}]\n",
            """
            edge.yaml:3:50: error: upstreams.a.balance.sticky.secret: the environment has no variable NONE; set it, or name a file
            edge.yaml:4:50: error: upstreams.b.balance.sticky.secret: the secret has 3 bytes, and 16 are needed against guessing; make one with 'openssl rand -hex 32'
            """
        ),
        EdgeGolden(
            "unused",
            "listen: 80\nupstreams: {a: \"a:1\", b: \"b:1\"}\nroutes: [{upstream: a}]\n",
            "edge.yaml:2:26: warning: upstreams.b: nothing goes to it; name it in a route, or remove it"
        ),
    ]

    private static func routes(_ text: String) -> String { "listen: 80\nupstream: \"a:1\"\nroutes:\n\(text)" }

    static let routes = [
        EdgeGolden(
            "missing upstream",
            routes("  - {upstream: defalt}\n"),
            """
            edge.yaml:2:11: warning: upstreams.default: nothing goes to it; name it in a route, or remove it
            edge.yaml:4:16: error: routes[0].upstream: no upstream is called 'defalt'; did you mean 'default'? (known: default)
            """
        ),
        EdgeGolden(
            "duplicate",
            routes("  - path: /a\n  - path: /b\n  - path: /a/\n"),
            """
            edge.yaml:6:5: error: routes[2]: can never match: another route takes all of it (routes[0], line 4); \
            remove one, or give it another host, path, method or header
            """
        ),
        EdgeGolden(
            "template with another name",
            routes("  - path: /a/{x}\n  - path: /a/{y}\n"),
            """
            edge.yaml:5:5: error: routes[1]: can never match: another route takes all of it (routes[0], line 4); \
            remove one, or give it another host, path, method or header
            """
        ),
        EdgeGolden(
            "shadowed by fewer conditions of the same methods",
            routes("  - {path: /a, methods: [GET]}\n  - {path: /a, methods: [HEAD]}\n"),
            """
            edge.yaml:5:5: error: routes[1]: can never match: another route takes all of it (routes[0], line 4); \
            remove one, or give it another host, path, method or header
            """
        ),
        EdgeGolden(
            "shadowed for one host of two",
            routes("  - {path: /a, host: x.example}\n  - {path: /a, host: [x.example, y.example]}\n"),
            """
            edge.yaml:5:5: warning: routes[1]: can never match for the host 'x.example': another route takes all of it (routes[0], line 4); \
            remove one, or give it another host, path, method or header
            """
        ),
        EdgeGolden(
            "not shadowed",
            routes(
                """
                  - {path: /a, methods: [GET]}
                  - {path: /a}
                  - {path: /a, headers: {X-A: "1"}}
                  - {path: "/{x}"}
                  - {path: /a/*}
                  - {path: /*}
                  - {path: /*, host: "*.example.com"}

                """
            ),
            "fine"
        ),
        EdgeGolden(
            "gateway without routes",
            "listen: 80\nupstream: \"a:1\"\ngateways: {web: {routes: []}}\n",
            "edge.yaml:3:26: error: gateways.web.routes: the gateway has no route; add one"
        ),
        EdgeGolden(
            "rewrites",
            routes(
                "  - {path: \"/a/{id}\", rewrite: {path: \"/b/{ib}\"}}\n  - {path: \"/c/{id}\", rewrite: {prefix: /b}}\n"
            ),
            """
            edge.yaml:4:39: error: routes[0].rewrite.path: '{ib}' is no name of the route's path; use one of: id
            edge.yaml:5:41: error: routes[1].rewrite.prefix: '/c/{id}' has no prefix; write {path: …}
            """
        ),
        EdgeGolden(
            "framing",
            routes("  - requestHeaders: {set: {Content-Length: \"0\"}, remove: [host]}\n"),
            """
            edge.yaml:4:21: error: routes[0].requestHeaders: a request has Host once; use 'set' for Host
            edge.yaml:4:21: error: routes[0].requestHeaders: 'content-length' frames messages and cannot be changed; remove it
            """
        ),
        EdgeGolden(
            "mutual TLS without certificates, subjects without tokens",
            routes("  - {authentication: {mutualTLS: on}, limits: {rate: {rate: 1/s, by: subject}}}\n"),
            """
            edge.yaml:4:34: error: routes[0].authentication.mutualTLS: no listener asks clients for certificates, so that every request gets 403; \
            add 'clientCertificates' to the listener
            edge.yaml:4:54: error: routes[0].limits.rate[0]: there is no subject to count by without a token; \
            add 'authentication: {jwt: …}', or count by client
            """
        ),
        EdgeGolden(
            "private answers kept",
            routes(
                "  - {authentication: {jwt: {keys: secret, audience: a}}, cache: 60s}\n  - {path: /b, cache: {shareCredentials: true}}\n"
            ),
            """
            edge.yaml:4:65: warning: routes[0].cache: answers to clients who show who they are get a lifetime of ours; \
            let the servers say Cache-Control, or cache a route of its own
            edge.yaml:5:42: warning: routes[1].cache.shareCredentials: an answer for one client is given to others, cookies and all; \
            remove it; let the servers say 'Cache-Control: public'
            """
        ),
        EdgeGolden(
            "CORS",
            routes("  - {cors: {origins: \"*\", credentials: true}}\n"),
            "edge.yaml:4:40: error: routes[0].cors.credentials: browsers refuse credentials for every origin, and rightly; name the origins"
        ),
        EdgeGolden(
            "body above the listener's",
            routes("  - {limits: {bodyBytes: 1GiB}}\n"),
            "edge.yaml:4:26: error: routes[0].limits.bodyBytes: no listener takes a body of more than 64MiB; make the listener's 'limits.bodyBytes' larger"
        ),
        EdgeGolden(
            "answers of the edge itself",
            routes("  - {respond: 204, cache: on}\n"),
            """
            edge.yaml:2:11: warning: upstreams.default: nothing goes to it; name it in a route, or remove it
            edge.yaml:4:5: error: routes[0]: the edge answers itself, so that there is nothing to mirror, to cache or to rewrite; remove those keys
            """
        ),
        EdgeGolden(
            "folder",
            routes("  - {path: /a/*, files: nowhere}\n  - {}\n"),
            "edge.yaml:4:25: error: routes[0].files: 'nowhere' does not exist; make the folder, or name another"
        ),
    ]

    static let operation = [
        EdgeGolden(
            "two names for one thing",
            "listen: {address: 1, protocol: tlsPassthrough, names: [{host: a.example, upstream: default}, {host: A.example, upstream: default}]}\n"
                + "upstream: \"a:1\"\nroutes:\n  - {path: /a, name: x}\n  - {path: /b, name: x}\n",
            """
            edge.yaml:1:94: error: listeners[0].names[1]: 'a.example' goes elsewhere already (listeners[0].names[0], line 1); keep one of them
            edge.yaml:5:22: warning: routes[1].name: another route is called 'x', so that metrics cannot tell them apart (routes[0], line 4); give it another name
            """
        ),
        EdgeGolden(
            "bytes that go round, and what needs requests",
            "listen: {address: 1, protocol: tcp, upstream: a, trustedProxies: [10.0.0.1]}\n"
                + "upstreams: {a: {servers: [\"127.0.0.1:1\"], balance: {hash: path}}}\n",
            """
            edge.yaml:1:66: error: listeners[0].trustedProxies: tcp sees no fields, and so none of proxies; use proxyProtocolFrom, or remove it
            edge.yaml:2:27: error: upstreams.a.servers[0]: the edge itself listens on 127.0.0.1:1, so that requests would go round \
            (listeners[0], line 1); name the server's own address
            edge.yaml:2:52: error: upstreams.a.balance: connections of tcp have an address and no fields (listeners[0], line 1); write {hash: address}
            """
        ),
        EdgeGolden(
            "TLS that is passed on to a listener of the same edge",
            "listeners:\n  - {address: 443, protocol: tlsPassthrough, upstream: inner}\n"
                + "  - {address: \"127.0.0.1:8443\", certificates: [{certificate: a.pem, key: a.key}]}\n"
                + "upstreams: {inner: [\"127.0.0.1:8443\"], app: [\"a:1\"]}\nroutes: [{upstream: app}]\n",
            "fine"
        ),
        EdgeGolden(
            "TLS that is passed on to a listener that sends it back",
            "listeners:\n  - {address: 443, protocol: tlsPassthrough, upstream: inner}\n"
                + "  - {address: \"127.0.0.1:8443\", certificates: [{certificate: a.pem, key: a.key}]}\n"
                + "upstreams: {inner: [\"127.0.0.1:8443\"]}\nroutes: [{upstream: inner}]\n",
            """
            edge.yaml:4:21: error: upstreams.inner.servers[0]: the edge itself listens on 127.0.0.1:8443, so that requests would go round \
            (listeners[1], line 3); name the server's own address
            """
        ),
        EdgeGolden(
            "a secret that never ends",
            "listen: 80\nupstream: \"a:1\"\nadmin: {address: 9100, token: {file: /dev/zero}}\n",
            "edge.yaml:3:31: error: admin.token: '/dev/zero' is a device, a pipe or a socket; check the path and its permissions"
        ),
        EdgeGolden(
            "admin for everybody",
            "listen: 80\nupstream: \"a:1\"\nadmin: 0.0.0.0:9100\n",
            "edge.yaml:3:8: error: admin: whoever reaches 0.0.0.0:9100 may drain servers and purge the cache; add 'token', or listen on 127.0.0.1"
        ),
        EdgeGolden("admin for this machine", "listen: 80\nupstream: \"a:1\"\nadmin: localhost:9100\n", "fine"),
        EdgeGolden(
            "a secret that others can read",
            "listen: 80\nupstream: \"a:1\"\nadmin: {address: 9100, token: {file: a.pem}}\n",
            "edge.yaml:3:31: warning: admin.token: every user of this machine can read 'a.pem'; run 'chmod o-r' on it"
        ),
        EdgeGolden(
            "cache that nothing uses",
            "listen: 80\nupstream: \"a:1\"\ncache: {nodes: [\"10.0.0.1:80\"], shield: far}\n",
            """
            edge.yaml:3:8: warning: cache: no route caches; add 'cache: on' to the routes that may
            edge.yaml:3:16: error: cache.nodes: which of them is this one?; add 'node' with its address
            edge.yaml:3:41: error: cache.shield: no upstream is called 'far'; use one of: default
            """
        ),
        EdgeGolden(
            "slashes",
            "listen: 80\nupstream: \"a:1\"\nencodedSlashes: keep\n",
            """
            edge.yaml:3:17: warning: encodedSlashes: a server that decodes %2F before it chooses by path sees another path than the routes; \
            keep it only before servers that do not
            """
        ),
    ]

    @Test func aConfigurationMadeInCodeIsCheckedToo() {
        var edge = EdgeConfiguration()
        edge.upstreams = [.init(name: "app", servers: [.init(.unix("/run/a.sock"))])]
        edge.routes = [.init(.upstream("ap"))]
        let lines = edge.issues().map(\.description)
        #expect(
            lines == [
                "error: nothing is listened on; add 'listen: 8080'",
                "error: routes[0].upstream: no upstream is called 'ap'; did you mean 'app'? (known: app)",
                "warning: upstreams.app: nothing goes to it; name it in a route, or remove it",
            ]
        )
    }

    @Test func linksAreFollowed() throws {
        let files = try EdgeFiles()
        try FileManager.default.createSymbolicLink(atPath: files.folder + "/link", withDestinationPath: "secret")
        #expect(
            files.messages("listen: 80\nupstream: \"a:1\"\nadmin: {address: 9100, token: {file: link}}\n") == "fine"
        )
    }

    @Test func warningsDoNotStopTheEdge() throws {
        let checked = try EdgeFiles().read("listen: 80\nupstream: [\"a:1\", \"b:1\"]\n")
        #expect(checked.warnings.map(\.severity) == [.warning])
    }
}
