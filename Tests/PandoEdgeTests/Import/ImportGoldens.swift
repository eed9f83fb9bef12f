import Testing

/// An original with the file and the notes that become of it.
struct ImportGolden: Sendable, CustomTestStringConvertible {
    let file: String
    let original: String
    let expected: String
    var testDescription: String { file }
}

enum ImportGoldens {
    static let all = [
        ImportGolden(file: "nginx.conf", original: ImportOriginals.nginxSite, expected: nginxSite),
        ImportGolden(file: "site.conf", original: ImportOriginals.nginxFiles, expected: nginxFiles),
        ImportGolden(file: "stream.conf", original: ImportOriginals.nginxStream, expected: nginxStream),
        ImportGolden(file: "haproxy.cfg", original: ImportOriginals.haproxySite, expected: haproxySite),
        ImportGolden(file: "bytes.cfg", original: ImportOriginals.haproxyBytes, expected: haproxyBytes),
    ]

    static let nginxSite = #"""
        # Translated from nginx.conf by 'pando edge import'; read the notes before it is used.
        # SOMETHING THAT KEPT PEOPLE OUT IS NOT IN HERE AS IT WAS:
        #   nginx.conf:53: protection: location ~ /\.(git|ht): it keeps clients out, and a regular expression cannot be translated: list the paths in 'deny: {paths: […]}'
        #   nginx.conf:57: protection: deny all: the route answers 403 until that is decided; who may is not decided by address at a route: use 'authentication', or a listener of its own
        listeners:
          # nginx.conf:18
          - {address: 80, redirectToHTTPS: true, limits: {bodyBytes: 10MiB}}
          # nginx.conf:24
          - address: 443
            certificates:
              - certificate: FILES/a.pem
                key: FILES/a.key
            limits: {bodyBytes: 10MiB}
        upstreams:
          # nginx.conf:10
          app:
            servers:
              - {address: "10.0.0.11:3000", weight: 3}
              - "10.0.0.12:3000"
              - {address: "10.0.0.13:3000", backup: true}
            balance: leastConnections
            outliers: {failures: 3, ejection: 20s}
            keepAlive: {connections: 32}
        routes:
          # nginx.conf:32
          - host: [example.com, www.example.com]
            upstream: app
            responseHeaders: {add: {X-Frame-Options: DENY}}
            compression: {types: [text/html, text/css, application/json]}
          # nginx.conf:40
          - host: [example.com, www.example.com]
            path: /login
            upstream: app
            responseHeaders: {add: {X-Frame-Options: DENY}}
            limits: {rate: {rate: 5/m, burst: 5}}
            compression: {types: [text/html, text/css, application/json]}
          # nginx.conf:45
          - host: [example.com, www.example.com]
            path: /api/v1/*
            upstream: app
            rewrite: {prefix: /v1}
            requestHeaders: {set: {X-Gateway: "web site"}}
            responseHeaders: {add: {X-Frame-Options: DENY}}
            limits: {bodyBytes: 1MiB}
            timeouts: {total: off, idle: 5m}
            compression: {types: [text/html, text/css, application/json]}
          # nginx.conf:52
          - {host: [example.com, www.example.com], path: /old/*, redirect: {to: /new, status: 301}}
          # nginx.conf:55
          - {host: [example.com, www.example.com], path: /admin/*, respond: 403}
        nginx.conf:1: not needed: user www-data: the service manager says who runs it
        nginx.conf:3: not needed: events: the edge does it by itself
        nginx.conf:5: not needed: sendfile on: the edge does it by itself
        nginx.conf:29: not needed: ssl_ciphers HIGH:!aNULL: TLS 1.2 is offered with forward secrecy and AEAD alone
        nginx.conf:34: not needed: proxy_http_version 1.1: servers are spoken to in HTTP/1.1
        nginx.conf:35: not needed: proxy_set_header Host $host: servers see the Host of the client
        nginx.conf:36: not translated: proxy_set_header X-Real-IP $remote_addr: let the servers read X-Forwarded-For, which cannot be forged
        nginx.conf:37: not needed: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for: X-Forwarded-For, -Proto and -Host are always sent; see 'trustedProxies'
        nginx.conf:38: not needed: proxy_set_header X-Forwarded-Proto $scheme: X-Forwarded-For, -Proto and -Host are always sent; see 'trustedProxies'
        nginx.conf:42: not needed: proxy_set_header Host $host: servers see the Host of the client
        nginx.conf:47: not needed: proxy_set_header Host $host: servers see the Host of the client
        nginx.conf:52: differs: location /old: '/old/*' takes whole segments: '/old' and what is below, not '/oldx'
        nginx.conf:53: protection: location ~ /\.(git|ht): it keeps clients out, and a regular expression cannot be translated: list the paths in 'deny: {paths: […]}'
        nginx.conf:54: not translated: location ~* \.(jpg|png)$: there are no regular expressions: write '/about', '/hotels/{id}' or '/api/*'
        nginx.conf:57: protection: deny all: the route answers 403 until that is decided; who may is not decided by address at a route: use 'authentication', or a listener of its own

        """#

    static let nginxFiles = #"""
        # Translated from site.conf by 'pando edge import'; read the notes before it is used.
        listeners:
          # site.conf:2
          - {address: 8080, limits: {bodyBytes: 1MiB}}
        upstreams:
          # site.conf:7
          127-0-0-1-3000: {servers: ["127.0.0.1:3000"]}
        routes:
          # site.conf:5
          - {path: /*, files: {folder: FILES/public, fallback: index.html}}
          # site.conf:6
          - {path: /health, respond: {status: 200, body: "fine\n", contentType: text/plain}}
          # site.conf:7
          - {path: /api/*, upstream: 127-0-0-1-3000}
          # site.conf:8
          - {path: /legacy/*, respond: 501}
          # site.conf:9
          - {path: /dynamic/*, respond: 501}
        site.conf:7: differs: location /api: '/api/*' takes whole segments: '/api' and what is below, not '/apix'
        site.conf:7: not needed: proxy_set_header Host $host: servers see the Host of the client
        site.conf:8: not translated: fastcgi_pass unix:/run/php.sock: the edge speaks HTTP: let a server that speaks FastCGI stand behind it
        site.conf:9: not translated: proxy_pass http://$backend: the route answers 501; name an upstream, without variables
        site.conf:11: not translated: server (127.0.0.1:9000): routes hold for all listeners of a file: give this address an edge and a file of its own

        """#

    static let nginxStream = #"""
        # Translated from stream.conf by 'pando edge import'; read the notes before it is used.
        listeners:
          # stream.conf:3
          - {address: 5432, protocol: tcp, limits: {idleTimeout: 10m}, upstream: db}
        upstreams:
          # stream.conf:2
          db:
            servers: ["10.0.1.1:5432", {address: "10.0.1.2:5432", backup: true}]
            balance: roundRobin
            outliers: off
        stream.conf:4: not translated: server: it needs a TCP address and a proxy_pass

        """#

    static let haproxySite = #"""
        # Translated from haproxy.cfg by 'pando edge import'; read the notes before it is used.
        # SOMETHING THAT KEPT PEOPLE OUT IS NOT IN HERE AS IT WAS:
        #   haproxy.cfg:24: protection: http-request deny if is_admin: '/admin/*' takes whole segments: '/admin' and what is below, not '/adminx'
        #   haproxy.cfg:25: protection: http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }: it keeps clients out, and cannot be translated: see 'deny' and 'limits'; routes ask for hosts, beginnings of paths, methods and fields
        listeners:
          # haproxy.cfg:16
          - {address: 80, redirectToHTTPS: true, limits: {bodyTimeout: 50s, idleTimeout: 50s}}
          # haproxy.cfg:17
          - address: 443
            certificates:
              - certificate: FILES/a.pem
                key: FILES/a.pem
            limits: {bodyTimeout: 50s, idleTimeout: 50s}
        upstreams:
          # haproxy.cfg:30
          app:
            servers:
              - "10.0.0.1:3000"
              - {address: "10.0.0.2:3000", weight: 2}
              - {address: "10.0.0.3:3000", backup: true}
            balance: {sticky: {secret: {environment: EDGE_STICKY_SECRET}, cookie: SRV}}
            health: {path: /healthz, interval: 3s, fall: 2, status: 200-399}
            timeouts: {connect: 5s, idle: 50s}
          # haproxy.cfg:38
          api:
            servers: [{address: "10.0.0.4:3000", maximumConnections: 100}]
            balance: leastConnections
            health: {path: tcp, interval: 2s, timeout: 1500ms}
            timeouts: {connect: 5s, idle: 50s}
            proxyProtocol: v2
          # haproxy.cfg:44
          static:
            servers: ["10.0.0.5:80", "10.0.0.6:80"]
            balance: {hash: path}
            timeouts: {connect: 5s, idle: 50s}
            tls: on
        routes:
          # haproxy.cfg:24
          - {path: /admin/*, respond: 403}
          # haproxy.cfg:26
          - path: /api/*
            methods: [GET]
            upstream: api
            requestHeaders: {set: {X-Gateway: web}}
            compression: {types: [text/html, application/json]}
          # haproxy.cfg:26
          - path: /api/*
            headers: {X-Version: {startsWith: "2"}}
            upstream: api
            requestHeaders: {set: {X-Gateway: web}}
            compression: {types: [text/html, application/json]}
          # haproxy.cfg:24
          - {host: static.example.com, path: /admin/*, respond: 403}
          # haproxy.cfg:26
          - host: static.example.com
            path: /api/*
            methods: [GET]
            upstream: api
            requestHeaders: {set: {X-Gateway: web}}
            compression: {types: [text/html, application/json]}
          # haproxy.cfg:26
          - host: static.example.com
            path: /api/*
            headers: {X-Version: {startsWith: "2"}}
            upstream: api
            requestHeaders: {set: {X-Gateway: web}}
            compression: {types: [text/html, application/json]}
          # haproxy.cfg:27
          - host: static.example.com
            upstream: static
            requestHeaders: {set: {X-Gateway: web}}
            responseHeaders: {set: {Cache-Control: "public, max-age=60"}}
          # haproxy.cfg:28
          - {path: /*, upstream: app, requestHeaders: {set: {X-Gateway: web}}}
        workers: 4
        haproxy.cfg:2: not needed: log /dev/log local0: see 'accessLog'
        haproxy.cfg:3: not translated: maxconn 4096: see 'limits.connections' of a listener
        haproxy.cfg:5: not translated: stats socket /run/haproxy.sock mode 660: write 'admin: 9100' at the top of the file
        haproxy.cfg:8: not needed: option httplog: see 'accessLog'
        haproxy.cfg:9: not needed: option forwardfor: X-Forwarded-For is always sent
        haproxy.cfg:13: not translated: errorfile 503 /etc/haproxy/503.http: errors of the edge are short texts of its own
        haproxy.cfg:19: not needed: http-request set-header X-Forwarded-Proto https if { ssl_fc }: X-Forwarded-For, -Proto and -Host are always sent; see 'trustedProxies'
        haproxy.cfg:24: protection: http-request deny if is_admin: '/admin/*' takes whole segments: '/admin' and what is below, not '/adminx'
        haproxy.cfg:25: protection: http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }: it keeps clients out, and cannot be translated: see 'deny' and 'limits'; routes ask for hosts, beginnings of paths, methods and fields
        haproxy.cfg:33: differs: cookie SRV insert indirect: the cookie is signed: set EDGE_STICKY_SECRET to 16 bytes or more ('openssl rand -hex 32')
        haproxy.cfg:48: differs: server b 10.0.0.6:80 ssl verify none: the servers' certificates are checked; where they have none that can be, write 'verify: false'

        """#

    static let haproxyBytes = #"""
        # Translated from bytes.cfg by 'pando edge import'; read the notes before it is used.
        listeners:
          # bytes.cfg:7
          - {address: "10.0.0.1:5432", protocol: tcp, limits: {idleTimeout: 30m}, upstream: postgres}
        upstreams:
          # bytes.cfg:6
          postgres:
            servers: ["10.0.1.1:5432", {address: "10.0.1.2:5432", backup: true}]
            balance: leastConnections
            health: {path: tcp, interval: 2s, timeout: 1500ms}
            timeouts: {connect: 4s, total: off, idle: 30m}
        bytes.cfg:15: not translated: stats enable: write 'admin: 9100' at the top of the file
        bytes.cfg:16: not translated: stats uri /: write 'admin: 9100' at the top of the file

        """#
}
