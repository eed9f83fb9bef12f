internal import COpenSSL
internal import Synchronization

/// What the TLS sessions to a group of servers share: whom to trust, which certificate to show, sessions to resume.
///
/// Never changes, but for the sessions that servers gave.
// Sendable: everything is written in init, but for what OpenSSL counts and locks by itself.
package final class TLSClientContext: @unchecked Sendable {
    /// Who has to have signed the servers' certificates.
    package enum Trust: Sendable, Equatable {
        /// The authorities that the system trusts.
        case system
        /// The authorities in a PEM file, and no others.
        case authorities(file: String)
        /// Anybody: the connection is then secret for those alone who cannot redirect it.
        case anybody
    }

    /// How to make a context.
    package struct Configuration: Sendable {
        package var trust = Trust.system
        /// What to show to servers that ask for a certificate.
        package var certificate: TLSCertificateFiles?
        package var lowestVersion = TLSVersion.tls12
        package var protocols: [ApplicationProtocol] = [.http1]
        package var counters = TLSCounters()

        package init() {}
    }

    package let warnings: [TLSWarning]
    package let counters: TLSCounters
    let context: OpaquePointer
    let isVerifying: Bool
    private let sessions = Mutex(ClientSessions())

    /// Reads all files.
    ///
    /// - Throws: ``TLSConfigurationError`` that names the file.
    package init(_ configuration: Configuration) throws(TLSConfigurationError) {
        let certificate = try configuration.certificate.map { files throws(TLSConfigurationError) in
            try TLSCertificate(files)
        }
        let context = OpenSSLContext.make(TLS_client_method(), lowest: configuration.lowestVersion)
        do throws(TLSConfigurationError) {
            try certificate?.use(in: context)
            try Self.trust(configuration.trust, context)
        } catch {
            SSL_CTX_free(context)
            throw error
        }
        self.context = context
        isVerifying = configuration.trust != .anybody
        warnings = (certificate?.warnings ?? []).filter { $0.kind != .noNames }
        counters = configuration.counters
        if !configuration.protocols.isEmpty {
            let wire = ApplicationProtocol.wire(configuration.protocols)
            SSL_CTX_set_alpn_protos(context, wire, UInt32(wire.count))
        }
        keepSessions()
    }

    deinit {
        SSL_CTX_free(context)
    }

    private static func trust(_ trust: Trust, _ context: OpaquePointer) throws(TLSConfigurationError) {
        switch trust {
        case .system:
            guard SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw .openSSL("the system's certificates", "they cannot be read")
            }
        case .authorities(let file):
            for authority in try PEMFile.certificates(file) {
                X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority)
                X509_free(authority)
            }
        case .anybody: return
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    // MARK: Sessions

    private func keepSessions() {
        SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
        pando_set_session_cache(context, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        SSL_CTX_sess_set_new_cb(context) { session, ticket in
            guard let own = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0),
                let owner = SSL_get_ex_data(session, 0), let ticket
            else { return 0 }
            let server = Unmanaged<TLSSession>.fromOpaque(owner).takeUnretainedValue().server
            Unmanaged<TLSClientContext>.fromOpaque(own).takeUnretainedValue().keep(Ticket(pointer: ticket), server)
            // We keep the reference that came with it.
            return 1
        }
    }

    private func keep(_ ticket: Ticket, _ server: String) { sessions.withLock { $0.keep(ticket, server) } }

    /// Lets a session begin where the last one with its server ended.
    func resume(_ session: OpaquePointer, _ server: String) {
        sessions.withLock { sessions in
            if let ticket = sessions.tickets[server] { SSL_set_session(session, ticket.pointer) }
        }
    }
}

/// A session of OpenSSL that can be resumed.
// Sendable: OpenSSL counts references with atomics, and nothing else is changed.
private final class Ticket: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(pointer: OpaquePointer) { self.pointer = pointer }

    deinit {
        SSL_SESSION_free(pointer)
    }
}

/// The last session with each server.
private struct ClientSessions: Sendable {
    /// With more servers than this, all are forgotten, which costs a full handshake with each.
    static let most = 1024

    private(set) var tickets: [String: Ticket] = [:]

    mutating func keep(_ ticket: Ticket, _ server: String) {
        if tickets.count >= Self.most, tickets[server] == nil { tickets.removeAll() }
        tickets[server] = ticket
    }
}
