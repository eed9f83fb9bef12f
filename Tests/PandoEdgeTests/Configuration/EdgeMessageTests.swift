import Testing

@testable import PandoEdge

/// Golden texts: what a person reads for each thing that can be wrong with the words of a file.
@Suite struct EdgeMessageTests {
    @Test(arguments: texts + values + routes)
    func messageIs(_ golden: EdgeGolden) throws {
        let found = try EdgeFiles().messages(golden.text)
        #expect(found == golden.expected, "\(golden.name)")
    }

    static let texts = [
        EdgeGolden(
            "empty",
            "",
            "edge.yaml:1:1: error: the file is empty; start with 'listen: 8080' and 'upstream: \"127.0.0.1:3001\"'"
        ),
        EdgeGolden(
            "unquoted star",
            "listen: 80\nupstream: \"a:1\"\nroutes:\n  - host: *.example.com\n",
            """
            edge.yaml:4:12: error: not YAML: did not find expected alphabetic or numeric character while scanning an alias \
            that begins at line 4; put quotes around a text that begins with '*'
            """
        ),
        EdgeGolden(
            "unknown key",
            "listen: 80\nupstrem: \"a:1\"\n",
            """
            edge.yaml:2:1: error: upstrem: unknown key; did you mean 'upstream'? (known: listen, listeners, upstream, upstreams, \
            routes, gateways, cache, deny, accessLog, admin, workers, tickets, drainTimeout, encodedSlashes)
            """
        ),
        EdgeGolden(
            "repeated key",
            "listen: 80\nupstream: \"a:1\"\nlisten: 81\n",
            "edge.yaml:3:1: error: listen: written a second time, first at line 1; keep one of them"
        ),
        EdgeGolden(
            "no value",
            "listen: 80\nupstream: {servers: \"a:1\", health: }\n",
            """
            edge.yaml:2:28: error: upstreams.default.health: no value; write a mapping, or remove the key
            """
        ),
        EdgeGolden(
            "several at once, in order",
            "listen: 99999\nupstream: {servers: [a], balance: leastconn}\nworkers: 0\n",
            """
            edge.yaml:1:9: error: listeners[0]: port 99999 is above 65535; write an address such as 8080, 127.0.0.1:8080 or unix:/run/edge.sock
            edge.yaml:2:22: error: upstreams.default.servers[0]: 'a' has no port; write an address such as 127.0.0.1:3001 or unix:/run/app.sock
            edge.yaml:2:35: error: upstreams.default.balance: 'leastconn' is not a policy; use one of: leastTime, roundRobin, leastConnections, random, hash, sticky
            edge.yaml:3:10: error: workers: 0 is out of range; write a whole number from 1 to 256
            """
        ),
    ]

    private static func upstream(_ text: String) -> String { "listen: 80\nupstream: {servers: [\"a:1\"], \(text)}\n" }

    static let values = [
        EdgeGolden(
            "policy",
            upstream("balance: leastConnection"),
            """
            edge.yaml:2:39: error: upstreams.default.balance: 'leastConnection' is not a policy; did you mean 'leastConnections'? \
            (known: leastTime, roundRobin, leastConnections, random, hash, sticky)
            """
        ),
        EdgeGolden(
            "sticky without secret",
            upstream("balance: {sticky: {cookie: a}}"),
            """
            edge.yaml:2:48: error: upstreams.default.balance.sticky.secret: is missing; \
            add 'secret: {environment: EDGE_STICKY_SECRET}'
            """
        ),
        EdgeGolden(
            "secret in the file",
            upstream("balance: {sticky: {secret: hunter2hunter2}}"),
            """
            edge.yaml:2:57: error: upstreams.default.balance.sticky.secret: a secret in the file itself; \
            write {environment: NAME} or {file: PATH}: secrets are not kept in this file
            """
        ),
        EdgeGolden(
            "hash of nothing",
            upstream("balance: {hash: {of: ip}}"),
            """
            edge.yaml:2:51: error: upstreams.default.balance.hash.of: 'ip' is nothing to choose by; \
            write address, path, "header NAME" or "cookie NAME"
            """
        ),
        EdgeGolden(
            "time without unit",
            upstream("slowStart: 30"),
            """
            edge.yaml:2:41: error: upstreams.default.slowStart: '30' has no unit of time; \
            write a time from 0 to 1h, such as 500ms, 30s, 5m, 1h or 7d
            """
        ),
        EdgeGolden(
            "time out of range",
            upstream("timeouts: {connect: 1h}"),
            """
            edge.yaml:2:50: error: upstreams.default.timeouts.connect: 1h is out of range; \
            write a time from 1ms to 5m, such as 500ms, 30s, 5m, 1h or 7d
            """
        ),
        EdgeGolden(
            "size",
            "listen: {address: 80, limits: {headBytes: 32k}}\nupstream: \"a:1\"\n",
            """
            edge.yaml:1:43: error: listeners[0].limits.headBytes: '32k' is not a size; \
            write a size from 1KiB to 1MiB, such as 4096, 64KiB, 10MiB or 1GiB
            """
        ),
        EdgeGolden(
            "server as URL",
            "listen: 80\nupstream: \"http://a:1\"\n",
            """
            edge.yaml:2:11: error: upstreams.default: 'http://a:1' is a URL; \
            write host and port alone; TLS to servers is the key 'tls' of an upstream
            """
        ),
        EdgeGolden(
            "reason to retry",
            upstream("retries: {on: [connects]}"),
            """
            edge.yaml:2:45: error: upstreams.default.retries.on[0]: 'connects' is not a reason to try again; \
            did you mean 'connect'? (known: connect, reset, timeout, 502, 503, 504)
            """
        ),
        EdgeGolden(
            "protocol",
            "listen: {address: 80, protocol: tls-passthrough}\nupstream: \"a:1\"\n",
            """
            edge.yaml:1:33: error: listeners[0].protocol: 'tls-passthrough' is not a protocol; \
            did you mean 'tlsPassthrough'? (known: http, https, tcp, tlsPassthrough)
            """
        ),
        EdgeGolden(
            "network",
            "listen: {address: 80, trustedProxies: [10.0.0.1/8, 10.0.0.0/33, x]}\nupstream: \"a:1\"\n",
            """
            edge.yaml:1:40: error: listeners[0].trustedProxies[0]: '10.0.0.1/8' has bits set behind the first 8; write an address or a network, such as 10.0.0.0/8
            edge.yaml:1:52: error: listeners[0].trustedProxies[1]: '33' is not a number of bits from 0 to 32; write an address or a network, such as 10.0.0.0/8
            edge.yaml:1:65: error: listeners[0].trustedProxies[2]: 'x' is not an IP address; write an address or a network, such as 10.0.0.0/8
            """
        ),
    ]

    private static func route(_ text: String) -> String { "listen: 80\nupstream: \"a:1\"\nroutes:\n  - {\(text)}\n" }

    static let routes = [
        EdgeGolden(
            "path without slash",
            route("path: api/*"),
            """
            edge.yaml:4:12: error: routes[0].path: 'api/*' does not begin with '/'; \
            write a path such as /about, /api/* or /api/hotels/{id}
            """
        ),
        EdgeGolden(
            "star in the middle",
            route("path: /a*/b"),
            """
            edge.yaml:4:12: error: routes[0].path: '*' stands alone, as the last segment; \
            write a path such as /about, /api/* or /api/hotels/{id}
            """
        ),
        EdgeGolden(
            "host with port",
            route("host: \"a.example:80\""),
            """
            edge.yaml:4:12: error: routes[0].host: 'a.example:80' has a port; \
            write a host such as example.com or "*.example.com"
            """
        ),
        EdgeGolden(
            "method in small letters",
            route("methods: [get]"),
            "edge.yaml:4:16: error: routes[0].methods[0]: 'get' is not a method; write GET: methods tell case apart"
        ),
        EdgeGolden(
            "two actions",
            route("upstream: default, respond: 200"),
            "edge.yaml:4:5: error: routes[0]: 'upstream' and 'respond' in one route; keep one action a route"
        ),
        EdgeGolden(
            "no action",
            "listen: 80\nupstreams: {a: \"a:1\", b: \"b:1\"}\nroutes: [{path: /x}]\n",
            """
            edge.yaml:3:10: error: routes[0]: nothing says what happens; \
            add one of: upstream, split, redirect, respond, files
            """
        ),
        EdgeGolden(
            "field with a line break",
            route("responseHeaders: {set: {X-A: \"a\\nb\"}}"),
            "edge.yaml:4:35: error: routes[0].responseHeaders.set.X-A: what no field's value is; write one line of text"
        ),
        EdgeGolden(
            "rate",
            route("limits: {rate: 100}"),
            "edge.yaml:4:21: error: routes[0].limits.rate: '100' is not a rate; write requests/time such as 100/s, 1000/m or 20/10s"
        ),
        EdgeGolden(
            "redirect to a foreign host",
            route("redirect: \"//evil.example{path}\""),
            """
            edge.yaml:4:16: error: routes[0].redirect: '//evil.example{path}' is neither a URI nor a path; \
            write https://example.com{path}{query} or /new
            """
        ),
        EdgeGolden(
            "keys over http",
            route("authentication: {jwt: {keys: \"http://i.example/jwks\"}}"),
            """
            edge.yaml:4:35: error: routes[0].authentication.jwt.keys: keys that come over http could be anybody's; \
            write an https URL, or a file
            """
        ),
        EdgeGolden(
            "origin with a path",
            route("cors: \"https://a.example/\""),
            """
            edge.yaml:4:12: error: routes[0].cors: 'https://a.example/' is not an origin; \
            write an origin such as https://app.example.com, or "*", in lower case
            """
        ),
    ]
}
