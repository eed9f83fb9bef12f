import PandoTopology

/// TLS to the servers of an upstream.
struct UpstreamTLS: Sendable {
    let configured: EdgeConfiguration.UpstreamTLS
    let context: TLSClientContext
    /// By the servers' indexes: the name that a certificate has to be for.
    let names: [String]
    /// By the servers' indexes: sessions are resumed with the same server only.
    let sessions: [String]

    /// - Throws: ``EdgeIssue`` that names the file.
    init(_ configured: EdgeConfiguration.UpstreamTLS, _ upstream: EdgeConfiguration.Upstream) throws(EdgeIssue) {
        self.configured = configured
        names = upstream.servers.map { configured.name ?? $0.endpoint.tlsName }
        sessions = upstream.servers.map { $0.endpoint.description }
        var made = TLSClientContext.Configuration()
        made.trust = configured.authorities.map { .authorities(file: $0) } ?? .system
        if !configured.verify { made.trust = .anybody }
        made.certificate = configured.certificate.map {
            TLSCertificateFiles(certificate: $0.certificate, key: $0.key)
        }
        do throws(TLSConfigurationError) {
            context = try TLSClientContext(made)
        } catch {
            throw EdgeIssue(.error, "upstreams.\(upstream.name).tls", "\(error)", "mend or replace this file")
        }
    }

    /// A session with a server over a connected socket.
    func session(_ descriptor: Int32, with server: Int) -> TLSSession {
        TLSSession(descriptor, context, name: names[server], server: sessions[server])
    }
}

extension EdgeConfiguration.Endpoint {
    /// The host that a certificate is for; a path of a socket has none, and is refused where it is verified.
    fileprivate var tlsName: String {
        switch self {
        case .tcp(let address):
            address.host.hasPrefix("[") ? String(address.host.dropFirst().dropLast()) : address.host
        case .unix: "localhost"
        }
    }
}
