import Crypto

/// Who may see and change an edge.
///
/// With a token: who bears it. Without one the interface is at an address of this machine alone, and what is kept out are pages of other
/// sites in a browser there: they reach the address too, under a name of their own, but cannot change what the browser says of them.
struct AdminAccess: Sendable {
    private let tokenDigest: SHA256.Digest?
    private let isSocketFile: Bool

    /// Nil where there is no interface.
    init?(_ admin: EdgeConfiguration.Admin?) throws(EdgeIssue) {
        guard let admin else { return nil }
        if case .unix = admin.endpoint { isSocketFile = true } else { isSocketFile = false }
        guard let secret = admin.token else {
            tokenDigest = nil
            return
        }
        guard let token = secret.value(), !token.isEmpty else {
            throw EdgeIssue(.error, "admin.token", "the secret is not where it is said to be", "put it there")
        }
        tokenDigest = SHA256.hash(data: token)
    }

    /// Throws where what shows more than health is asked for by somebody who may not see it.
    func checkReader(_ request: AdminRequest) throws(AdminProblem) {
        if let tokenDigest { return try check(request.authorization, tokenDigest) }
        guard isSocketFile || Self.isOfThisMachine(request.host) else {
            let problem = "'\(request.host)' may be a name of another site for this address"
            throw AdminProblem(403, problem, "ask 127.0.0.1 or localhost, or add 'token' to 'admin' in the file")
        }
    }

    /// Throws where a change is asked for by somebody who may not make it.
    func checkWriter(_ request: AdminRequest) throws(AdminProblem) {
        try checkReader(request)
        let isForeign = request.fetchSite.map { $0 != "same-origin" && $0 != "none" } ?? false
        guard !isForeign, request.origin.map({ Self.host(of: $0) == request.host.lowercased() }) ?? true else {
            throw AdminProblem(403, "a page of another site has sent it", "use the page of the admin interface itself")
        }
    }

    /// Digests are compared, which takes the same time wherever they differ.
    private func check(_ authorization: String?, _ digest: SHA256.Digest) throws(AdminProblem) {
        let scheme = "bearer "
        let given = authorization.flatMap { text in
            text.lowercased().hasPrefix(scheme) ? String(text.dropFirst(scheme.count)) : nil
        }
        if let given, SHA256.hash(data: Array(given.utf8)) == digest { return }
        let problem = given == nil ? "the token of the admin interface is missing" : "this is not the token"
        var refusal = AdminProblem(401, problem, "send 'Authorization: Bearer' with the secret of 'admin.token'")
        refusal.fields = [("WWW-Authenticate", "Bearer realm=\"edge\"")]
        throw refusal
    }

    /// Whether a host is `localhost` or an address in digits, which no other site can have as its name.
    private static func isOfThisMachine(_ authority: String) -> Bool {
        let host: Substring
        if authority.hasPrefix("[") {
            host = authority.dropFirst().prefix { $0 != "]" }
        } else {
            host = authority.prefix { $0 != ":" }
        }
        return host.lowercased() == "localhost" || SocketAddress(host: String(host), port: 0)?.ipAddress != nil
    }

    private static func host(of origin: String) -> String? {
        origin.firstRange(of: "://").map { origin[$0.upperBound...].lowercased() }
    }
}
