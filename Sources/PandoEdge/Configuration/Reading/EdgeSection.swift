/// The mappings of the file, with the keys that they may have; docs/edge-configuration.md has a table for each.
package enum EdgeSection: String, CaseIterable, Sendable {
    case file, listener, listenerLimits, certificate, clientCertificates, hsts, nameRule, tickets
    case upstream, server, hash, sticky, health, outliers, upstreamLimits, timeouts, retries, hedge, keepAlive,
        upstreamTLS
    case route, headerCondition, split, redirect, respond, files, mirror, rewrite, headerChanges
    case routeLimits, rate, concurrency, compression, shape, authentication, jwt, mutualTLS, cors, openAPI
    case gateway, objectives, cache, cacheRule, cacheKey, deny, accessLog, admin, secret

    /// Its keys, in the order of the documentation.
    package var keys: [String] {
        switch self {
        case .file:
            [
                "listen", "listeners", "upstream", "upstreams", "routes", "gateways", "cache", "deny", "accessLog",
                "admin",
                "workers", "tickets", "drainTimeout", "encodedSlashes",
            ]
        case .listener, .listenerLimits, .certificate, .clientCertificates, .hsts, .nameRule, .tickets: listenerKeys
        case .upstream, .server, .hash, .sticky, .health, .outliers, .upstreamLimits, .timeouts, .retries, .hedge,
            .keepAlive, .upstreamTLS:
            upstreamKeys
        case .route, .headerCondition, .split, .redirect, .respond, .files, .mirror, .rewrite,
            .headerChanges,
            .routeLimits, .rate, .concurrency, .compression, .shape:
            routeKeys
        case .authentication, .jwt, .mutualTLS, .cors, .openAPI: accessKeys
        case .gateway, .objectives, .cache, .cacheRule, .cacheKey, .deny, .accessLog, .admin, .secret: restKeys
        }
    }

    private var listenerKeys: [String] {
        switch self {
        case .listener:
            [
                "address", "protocol", "http2", "certificates", "clientCertificates", "minimumTLS", "hsts",
                "redirectToHTTPS", "proxyProtocolFrom", "trustedProxies", "limits", "upstream", "names",
            ]
        case .listenerLimits:
            [
                "headBytes", "fields", "targetBytes", "bodyBytes", "connections", "connectionsPerAddress",
                "headerTimeout", "bodyTimeout", "idleTimeout", "requestTimeout", "requestsPerConnection",
                "http2Streams", "http2Resets",
            ]
        case .certificate: ["certificate", "key", "ocsp"]
        case .clientCertificates: ["mode", "authorities"]
        case .hsts: ["maxAge", "includeSubdomains", "preload"]
        case .nameRule: ["host", "upstream"]
        case .tickets: ["rotation", "secret"]
        default: []
        }
    }

    private var upstreamKeys: [String] {
        switch self {
        case .upstream:
            [
                "servers", "balance", "slowStart", "panicThreshold", "health", "outliers", "limits", "timeouts",
                "retries", "hedge", "keepAlive", "tls", "proxyProtocol", "http",
            ]
        case .server: ["address", "weight", "backup", "local", "maximumConnections"]
        case .hash: ["of"]
        case .sticky: ["secret", "cookie", "maxAge"]
        case .health:
            [
                "path", "interval", "timeout", "rise", "fall", "status", "host", "port", "address", "failClosed",
            ]
        case .outliers: ["failures", "failurePercent", "latencyFactor", "window", "ejection", "maximumEjectedPercent"]
        case .upstreamLimits: ["connections", "requests", "pending", "pendingTimeout"]
        case .timeouts: ["connect", "perTry", "total", "idle"]
        case .retries: ["attempts", "budgetPercent", "on", "nonIdempotent"]
        case .hedge: ["after", "budgetPercent"]
        case .keepAlive: ["connections", "idle"]
        case .upstreamTLS: ["verify", "authorities", "name", "certificate", "key"]
        default: []
        }
    }

    private var routeKeys: [String] {
        switch self {
        case .route:
            [
                "name", "host", "path", "methods", "headers", "upstream", "split", "redirect", "respond", "files",
                "mirror", "rewrite", "requestHeaders", "responseHeaders", "limits", "timeouts", "retries", "cache",
                "compression", "authentication", "cors", "openAPI", "shape",
            ]
        case .headerCondition: ["equals", "startsWith", "present"]
        case .split: ["parts", "by"]
        case .redirect: ["to", "status"]
        case .respond: ["status", "body", "contentType"]
        case .files: ["folder", "index", "fallback", "maxAge"]
        case .mirror: ["upstream", "percent"]
        case .rewrite: ["prefix", "path"]
        case .headerChanges: ["set", "add", "remove"]
        case .routeLimits: ["rate", "concurrency", "bodyBytes", "priority"]
        case .rate: ["rate", "burst", "by", "method", "keys"]
        case .concurrency: ["fixed", "minimum", "maximum", "queue", "queueTimeout"]
        case .compression: ["level", "minimumBytes", "types"]
        case .shape: ["keep", "drop", "parameter", "maximumBytes"]
        default: []
        }
    }

    private var accessKeys: [String] {
        switch self {
        case .authentication: ["jwt", "mutualTLS"]
        case .jwt:
            ["keys", "issuer", "audience", "require", "forward", "leeway", "refresh", "optional"]
        case .mutualTLS: ["names", "forward"]
        case .cors: ["origins", "methods", "headers", "expose", "credentials", "maxAge"]
        case .openAPI: ["file", "allowUnknown", "bodyBytes"]
        default: []
        }
    }

    private var restKeys: [String] {
        switch self {
        case .gateway: ["host", "routes", "limits", "objectives"]
        case .objectives: ["latency", "latencyPercent", "availabilityPercent"]
        case .cache:
            ["memoryBytes", "folder", "diskBytes", "objectBytes", "rule", "purgeToken", "nodes", "node", "shield"]
        case .cacheRule:
            [
                "lifetime", "force", "maximum", "negative", "staleWhileRevalidate", "grace", "key", "shareCredentials",
            ]
        case .cacheKey: ["query", "headers", "cookies"]
        case .deny: ["addresses", "userAgents", "paths"]
        case .accessLog: ["format", "file", "samplePercent"]
        case .admin: ["address", "token"]
        case .secret: ["environment", "file"]
        default: []
        }
    }
}
