import Crypto

/// The cookie of an upstream that binds clients to its servers, as requests and responses bear it.
struct StickyBinding: Sendable {
    private let name: [UInt8]
    /// Values of Set-Cookie, by the servers' indexes: with TLS and without.
    private let lines: [(secure: [UInt8], plain: [UInt8])]

    init(_ configured: EdgeConfiguration.Sticky, _ upstream: Upstream) {
        name = Array(configured.cookie.utf8)
        let age = configured.maxAge.map { "; Max-Age=\($0.wholeNanoseconds / 1_000_000_000)" } ?? ""
        lines = upstream.servers.map { server in
            let value = upstream.stickyValue(of: server) ?? ""
            // Scripts have no use for it, and it is not for requests that other sites make but for links.
            let line = "\(configured.cookie)=\(value); Path=/\(age); HttpOnly; SameSite=Lax"
            return (Array("\(line); Secure".utf8), Array(line.utf8))
        }
    }

    /// The cookie by its secret, of which a key of the right length is made.
    static func cookie(
        _ configured: EdgeConfiguration.Sticky,
        _ keyPath: String
    ) throws(EdgeIssue) -> StickyCookie {
        guard let secret = configured.secret.value(), secret.count >= 16,
            let cookie = StickyCookie(name: configured.cookie, keys: [Array(SHA256.hash(data: secret))])
        else { throw EdgeIssue(.error, "\(keyPath).secret", "there is no secret of 16 bytes or more", "make one") }
        return cookie
    }

    /// The server that a request is bound to; nil for one without a cookie that was made here.
    func server(of request: Head, _ upstream: Upstream) -> Server? {
        name.withUnsafeBufferPointer { name in
            RequestKey.cookies(name, request) { upstream.server(sticky: $0) }
        }
    }

    /// The value of Set-Cookie that binds a client to a server.
    func line(_ server: Server, isSecure: Bool) -> [UInt8] {
        isSecure ? lines[server.index].secure : lines[server.index].plain
    }
}

extension Exchange {
    /// Tells the client which server it is bound to from now on, where its cookie does not say so.
    final func bindClient() {
        guard let sticky = plan?.sticky, let picked, picked !== bound else { return }
        sticky.line(picked, isSecure: forwarding.isSecure).withUnsafeBufferPointer { _ = response.add(.setCookie, $0) }
    }
}
