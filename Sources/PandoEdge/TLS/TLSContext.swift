internal import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// What the TLS sessions of a listener share: certificates, versions, protocols, whom to trust.
///
/// Never changes. A reload makes a new one; sessions keep theirs.
// Sendable: everything is written in init, but for what OpenSSL counts and locks by itself.
package final class TLSContext: @unchecked Sendable {
    /// What clients must show.
    package enum ClientCertificates: Sendable, Equatable {
        /// They are not asked.
        case none
        /// They are asked; who shows one that the authorities in a PEM file did not sign is refused.
        case optional(authorities: String)
        /// Who shows none is refused, too.
        case required(authorities: String)
    }

    /// How to make a context.
    package struct Configuration: Sendable {
        /// One at least. The first is for clients that ask for no name, or for one that no certificate is for.
        package var certificates: [TLSCertificateFiles]
        /// The lowest version that is spoken; the highest is TLS 1.3.
        package var lowestVersion = TLSVersion.tls12
        /// What is offered by ALPN, the first best. A client that offers only others is refused (RFC 7301 §3.2).
        package var protocols: [ApplicationProtocol] = [.http2, .http1]
        package var clientCertificates = ClientCertificates.none
        /// Whether clients get session tickets.
        package var givesTickets = true
        /// The keys of session tickets.
        package var ticketKeys = TicketKeys()
        /// How long a session can be resumed.
        package var sessionSeconds = 43_200
        package var counters = TLSCounters()

        package init(certificates: [TLSCertificateFiles]) { self.certificates = certificates }
    }

    /// What works, and should not be like this.
    package let warnings: [TLSWarning]
    package let counters: TLSCounters
    let ticketKeys: TicketKeys
    /// The context that a session begins with; that of the first certificate.
    let first: OpaquePointer
    private let contexts: [OpaquePointer]
    private let certificates: [TLSCertificate]
    private let exactNames: [String: Int]
    /// By what follows the asterisk, with the dot.
    private let wildcardNames: [String: Int]
    private let protocols: UnsafeMutableBufferPointer<UInt8>

    /// Reads all files.
    ///
    /// - Throws: ``TLSConfigurationError`` that names the file.
    package init(_ configuration: Configuration) throws(TLSConfigurationError) {
        precondition(!configuration.certificates.isEmpty, "a TLS listener needs a certificate")
        var certificates: [TLSCertificate] = []
        for files in configuration.certificates { certificates.append(try TLSCertificate(files)) }
        let names = TLSNames(certificates)
        contexts = try OpenSSLContext.server(certificates, configuration)
        first = contexts[0]
        self.certificates = certificates
        exactNames = names.exact
        wildcardNames = names.wildcard
        warnings = certificates.flatMap(\.warnings) + names.warnings
        counters = configuration.counters
        ticketKeys = configuration.ticketKeys
        let wire = ApplicationProtocol.wire(configuration.protocols)
        protocols = .allocate(capacity: wire.count)
        _ = protocols.initialize(from: wire)
        for (context, certificate) in zip(contexts, certificates) { install(in: context, certificate) }
    }

    deinit {
        contexts.forEach { SSL_CTX_free($0) }
        protocols.deallocate()
    }

    // MARK: What OpenSSL asks

    private func install(in context: OpaquePointer, _ certificate: TLSCertificate) {
        let own = Unmanaged.passUnretained(self).toOpaque()
        SSL_CTX_set_ex_data(context, 0, own)
        pando_set_server_name_callback(
            context,
            { session, _, own in TLSContext.at(own).chooseCertificate(session) },
            own
        )
        SSL_CTX_set_alpn_select_cb(
            context,
            { _, chosen, count, offered, offeredCount, own in
                TLSContext.at(own).chooseProtocol(chosen, count, offered, offeredCount)
            },
            own
        )
        SSL_CTX_set_tlsext_ticket_key_evp_cb(context) { session, name, vector, cipher, mac, seals in
            guard let session, let name, let vector, let cipher, let mac else { return -1 }
            let own = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0)
            return TLSContext.at(own).ticketKeys.prepare(
                name: name,
                vector: vector,
                cipher: cipher,
                mac: mac,
                seals: seals == 1,
                isSingleUse: SSL_version(session) >= TLS1_3_VERSION
            )
        }
        guard certificate.status != nil else { return }
        // The certificate is as old as the context, which holds it.
        pando_set_status_callback(
            context,
            { session, certificate in
                guard let certificate else { return SSL_TLSEXT_ERR_NOACK }
                return Unmanaged<TLSCertificate>.fromOpaque(certificate).takeUnretainedValue().staple(to: session)
            },
            Unmanaged.passUnretained(certificate).toOpaque()
        )
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> TLSContext {
        guard let pointer else { fatalError("a context of OpenSSL that no TLSContext made") }
        return Unmanaged<TLSContext>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Takes the certificate of the name that the client asked for: exact, then wildcard, then the first (RFC 6066 §3).
    private func chooseCertificate(_ session: OpaquePointer?) -> Int32 {
        guard let asked = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else { return SSL_TLSEXT_ERR_NOACK }
        let index = index(for: String(cString: asked))
        if index != 0 { SSL_set_SSL_CTX(session, contexts[index]) }
        return SSL_TLSEXT_ERR_OK
    }

    private func index(for asked: String) -> Int {
        var name = asked.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if let found = exactNames[name] { return found }
        // An asterisk stands for one label (RFC 9525 §6.3).
        guard let dot = name.firstIndex(of: "."), dot > name.startIndex else { return 0 }
        return wildcardNames[String(name[dot...])] ?? 0
    }

    private func chooseProtocol(
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
        _ count: UnsafeMutablePointer<UInt8>?,
        _ offered: UnsafePointer<UInt8>?,
        _ offeredCount: UInt32
    ) -> Int32 {
        var found: UnsafeMutablePointer<UInt8>?
        let result = SSL_select_next_proto(
            &found,
            count,
            protocols.baseAddress,
            UInt32(protocols.count),
            offered,
            offeredCount
        )
        guard result == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        chosen?.pointee = UnsafePointer(found)
        return SSL_TLSEXT_ERR_OK
    }
}

extension TLSCertificate {
    /// Staples the status, while clients would take it.
    func staple(to session: OpaquePointer?) -> Int32 {
        guard let status, status.isFresh(now: Int64(time(nil))) else { return SSL_TLSEXT_ERR_NOACK }
        return pando_staple(session, status.response, status.response.count) == 1
            ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
    }
}
