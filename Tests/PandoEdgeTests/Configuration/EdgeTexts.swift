/// Files with nothing wrong in them, that between them have every part of a configuration.
enum EdgeTexts {
    static let all = [defaults, upstreams, routes, gateways, operation]

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
            keepAlive: {connections: 256, idle: 50s}
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

    static let upstreams = """
        listen: 8080
        upstreams:
          app:
            servers:
              - {address: "a:1", weight: 5, local: true}
              - {address: "b:1", backup: true, maximumConnections: 7, healthPort: 9}
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

    static let routes = """
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

    static let gateways = """
        listen: 8080
        upstream: "a:1"
        gateways:
          web: {host: [a.example, b.example], routes: [{path: /x}, {host: c.example}], objectives: {latency: 300ms, latencyPercent: 95}}
          mobile: {host: m.example, routes: [{path: /*}], limits: {rate: 1000/m}}
        routes: [{path: /health, respond: 200}]
        """

    static let operation = """
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
}
