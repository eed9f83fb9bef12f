import PandoTopology

extension Generation {
    /// Makes what the TLS sessions of a listener share; nil where it speaks none.
    ///
    /// Ticket keys and counts are those of the listener at the same address before, so that sessions outlive a reload.
    static func tls(
        _ listener: EdgeConfiguration.Listener,
        _ configuration: EdgeConfiguration,
        at keyPath: String,
        adopting previous: Generation?
    ) throws(EdgeIssue) -> TLSContext? {
        guard listener.proto == .https, !listener.certificates.isEmpty else { return nil }
        var made = TLSContext.Configuration(
            certificates: listener.certificates.map {
                TLSCertificateFiles(certificate: $0.certificate, key: $0.key, status: $0.ocsp)
            }
        )
        made.lowestVersion = listener.minimumTLS >= .tls13 ? .tls13 : .tls12
        made.protocols = listener.http2 ? [.http2, .http1] : [.http1]
        if let clients = listener.clientCertificates {
            made.clientCertificates =
                switch clients.mode {
                case .required: .required(authorities: clients.authorities)
                case .optional: .optional(authorities: clients.authorities)
                }
        }
        if let old = previous?.tls(atEndpoint: listener.endpoint) {
            // Random keys; a secret's take their place below.
            made.ticketKeys = old.ticketKeys
            made.counters = old.counters
        }
        made.givesTickets = configuration.tickets.isOn
        if let keys = try keys(of: configuration.tickets) { made.ticketKeys = keys }
        made.ticketKeys.rotate(every: configuration.tickets.rotation)
        do throws(TLSConfigurationError) {
            return try TLSContext(made)
        } catch {
            throw EdgeIssue(.error, keyPath, "TLS: \(error)", "mend or replace this file")
        }
    }

    /// Keys of a secret, which are the same after a reload; nil where it has none.
    private static func keys(of tickets: EdgeConfiguration.Tickets) throws(EdgeIssue) -> TicketKeys? {
        guard let secret = tickets.secret else { return nil }
        guard let bytes = secret.value(), !bytes.isEmpty else {
            throw EdgeIssue(
                .error,
                "tickets.secret",
                "there is nothing in its place",
                "set the variable, or write the file"
            )
        }
        return TicketKeys(secret: bytes, rotation: tickets.rotation)
    }

    /// The TLS of the listener at an address.
    private func tls(atEndpoint endpoint: EdgeConfiguration.Endpoint) -> TLSContext? {
        configuration.listeners.firstIndex { $0.endpoint == endpoint }.flatMap { tlsContexts[$0] }
    }

    /// The TLS of a listener of this generation.
    func tls(of listener: EdgeConfiguration.Listener) -> TLSContext? {
        configuration.listeners.firstIndex(of: listener).flatMap { tlsContexts[$0] }
    }
}

extension EdgeConfiguration.HSTS {
    /// The value of Strict-Transport-Security (RFC 6797 §6.1).
    var fieldValue: String {
        "max-age=\(maxAge.components.seconds)" + (includeSubdomains ? "; includeSubDomains" : "")
            + (preload ? "; preload" : "")
    }
}
