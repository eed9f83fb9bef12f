internal import COpenSSL

/// Makes contexts of OpenSSL with what every session of the edge has.
enum OpenSSLContext {
    /// Forward secrecy and authenticated encryption alone; none is on the list that HTTP/2 forbids (RFC 9113 §9.2.2).
    private static let ciphers12 = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")
    private static let ciphers13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    private static let groups = "X25519:P-256:P-384"

    /// A context without a certificate; who calls frees it.
    static func make(_ method: OpaquePointer?, lowest: TLSVersion) -> OpaquePointer {
        ERR_clear_error()
        guard let context = SSL_CTX_new(method) else { fatalError("OpenSSL has no memory for a context") }
        pando_set_options(context)
        let isSet =
            pando_set_versions(context, lowest.number, TLSVersion.tls13.number) == 1
            && SSL_CTX_set_cipher_list(context, ciphers12) == 1 && SSL_CTX_set_ciphersuites(context, ciphers13) == 1
            && pando_set_groups(context, groups) == 1
        // The lists are ours and OpenSSL 3 knows them all.
        precondition(isSet, "OpenSSL does not know the ciphers that it is to use")
        return context
    }

    /// One for each certificate; who calls frees them.
    static func server(
        _ certificates: [TLSCertificate],
        _ configuration: TLSContext.Configuration
    ) throws(TLSConfigurationError) -> [OpaquePointer] {
        var made: [OpaquePointer] = []
        do throws(TLSConfigurationError) {
            for certificate in certificates {
                let context = make(TLS_server_method(), lowest: configuration.lowestVersion)
                made.append(context)
                try certificate.use(in: context)
                // Tickets alone: no worker looks up what another stored.
                pando_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
                if !configuration.givesTickets { pando_forbid_tickets(context) }
                SSL_CTX_set_timeout(context, configuration.sessionSeconds)
                try askForCertificates(context, configuration.clientCertificates)
            }
        } catch {
            made.forEach { SSL_CTX_free($0) }
            throw error
        }
        return made
    }

    private static func askForCertificates(
        _ context: OpaquePointer,
        _ wanted: TLSContext.ClientCertificates
    ) throws(TLSConfigurationError) {
        // A ticket is good only where the same is asked of clients as where it was given: a listener that asks for
        // certificates must not take one of a listener that does not.
        var binding: [UInt8]
        switch wanted {
        case .none: binding = [0]
        case .optional(let file):
            binding = [1] + (try trust(file, context))
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        case .required(let file):
            binding = [2] + (try trust(file, context))
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        EVP_Digest(&binding, binding.count, &digest, &count, EVP_sha256(), nil)
        SSL_CTX_set_session_id_context(context, digest, count)
    }

    /// Trusts the authorities of a file, tells clients their names, and gives their fingerprints.
    private static func trust(_ file: String, _ context: OpaquePointer) throws(TLSConfigurationError) -> [UInt8] {
        let authorities = try PEMFile.certificates(file)
        defer { authorities.forEach { X509_free($0) } }
        var fingerprints: [UInt8] = []
        for authority in authorities {
            guard SSL_CTX_add_client_CA(context, authority) == 1,
                X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1
            else { throw .openSSL(file, "an authority in it cannot be used") }
            var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            var count: UInt32 = 0
            X509_digest(authority, EVP_sha256(), &digest, &count)
            fingerprints += digest.prefix(Int(count))
        }
        return fingerprints
    }
}
