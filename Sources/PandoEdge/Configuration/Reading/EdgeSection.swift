/// The mappings of the file, with the keys that they may have; docs/edge-configuration.md has a table for each.
package enum EdgeSection: String, CaseIterable, Sendable {
    case file, listener, listenerLimits, certificate, clientCertificates, hsts, nameRule, tickets
    case upstream, server, hash, sticky, health, outliers, upstreamLimits, timeouts, retries, hedge, keepAlive,
        upstreamTLS
    case route, headerCondition, split, redirect, respond, files, mirror, rewrite, headerChanges
    case routeLimits, rate, concurrency, compression, shape, authentication, jwt, mutualTLS, cors, openAPI
    case gateway, objectives, cache, cacheRule, cacheKey, deny, accessLog, admin, secret

    /// Its keys, in the order of the documentation.
    package var keys: [String] { Self.table[self] ?? [] }

    private static let table: [EdgeSection: [String]] = [
        .file: [
            "listen", "listeners", "upstream", "upstreams", "routes", "gateways", "cache", "deny", "accessLog",
            "admin", "workers", "tickets", "drainTimeout", "encodedSlashes",
        ],
        .listener: [
            "address", "protocol", "http2", "certificates", "clientCertificates", "minimumTLS", "hsts",
            "redirectToHTTPS", "proxyProtocolFrom", "trustedProxies", "limits", "upstream", "names",
        ],
        .listenerLimits: [
            "headBytes", "fields", "targetBytes", "bodyBytes", "connections", "connectionsPerAddress",
            "headerTimeout", "bodyTimeout", "idleTimeout", "requestTimeout", "requestsPerConnection",
            "http2Streams", "http2Resets",
        ],
        .certificate: ["certificate", "key", "ocsp"],
        .clientCertificates: ["mode", "authorities"],
        .hsts: ["maxAge", "includeSubdomains", "preload"],
        .nameRule: ["host", "upstream"],
        .tickets: ["rotation", "secret"],
        .upstream: [
            "servers", "balance", "slowStart", "panicThreshold", "health", "outliers", "limits", "timeouts",
            "retries", "hedge", "keepAlive", "tls", "proxyProtocol", "http",
        ],
        .server: ["address", "weight", "backup", "local", "maximumConnections", "healthPort"],
        .hash: ["of"],
        .sticky: ["secret", "cookie", "maxAge"],
        .health: ["path", "interval", "timeout", "rise", "fall", "status", "host", "port", "address", "failClosed"],
        .outliers: ["failures", "failurePercent", "latencyFactor", "window", "ejection", "maximumEjectedPercent"],
        .upstreamLimits: ["connections", "requests", "pending", "pendingTimeout"],
        .timeouts: ["connect", "perTry", "total", "idle"],
        .retries: ["attempts", "budgetPercent", "on", "nonIdempotent"],
        .hedge: ["after", "budgetPercent"],
        .keepAlive: ["connections", "idle"],
        .upstreamTLS: ["verify", "authorities", "name", "certificate", "key"],
        .route: [
            "name", "host", "path", "methods", "headers", "upstream", "split", "redirect", "respond", "files",
            "mirror", "rewrite", "requestHeaders", "responseHeaders", "limits", "timeouts", "retries", "cache",
            "compression", "authentication", "cors", "openAPI", "shape",
        ],
        .headerCondition: ["equals", "startsWith", "present"],
        .split: ["parts", "by"],
        .redirect: ["to", "status"],
        .respond: ["status", "body", "contentType"],
        .files: ["folder", "index", "fallback", "maxAge"],
        .mirror: ["upstream", "percent"],
        .rewrite: ["prefix", "path"],
        .headerChanges: ["set", "add", "remove"],
        .routeLimits: ["rate", "concurrency", "bodyBytes", "priority"],
        .rate: ["rate", "burst", "by", "method", "keys"],
        .concurrency: ["fixed", "minimum", "maximum", "queue", "queueTimeout"],
        .compression: ["level", "minimumBytes", "types"],
        .shape: ["keep", "drop", "parameter", "maximumBytes"],
        .authentication: ["jwt", "mutualTLS"],
        .jwt: ["keys", "issuer", "audience", "require", "forward", "leeway", "refresh", "optional"],
        .mutualTLS: ["names", "forward"],
        .cors: ["origins", "methods", "headers", "expose", "credentials", "maxAge"],
        .openAPI: ["file", "allowUnknown", "bodyBytes"],
        .gateway: ["host", "routes", "limits", "objectives"],
        .objectives: ["latency", "latencyPercent", "availabilityPercent"],
        .cache: [
            "memoryBytes", "folder", "diskBytes", "objectBytes", "rule", "purgeToken", "nodes", "node", "shield",
        ],
        .cacheRule: [
            "lifetime", "force", "maximum", "negative", "staleWhileRevalidate", "grace", "key", "shareCredentials",
        ],
        .cacheKey: ["query", "headers", "cookies"],
        .deny: ["addresses", "userAgents", "paths"],
        .accessLog: ["format", "file", "samplePercent"],
        .admin: ["address", "token"],
        .secret: ["environment", "file"],
    ]
}
