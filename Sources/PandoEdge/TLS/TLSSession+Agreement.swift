internal import COpenSSL

/// What the handshake agreed on; meaningful once it is complete.
extension TLSSession {
    /// What is spoken inside; HTTP/1.1 where the client did not say.
    package var applicationProtocol: ApplicationProtocol {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &count)
        return ApplicationProtocol(identifier: UnsafeBufferPointer(start: name, count: Int(count))) ?? .http1
    }

    /// The name that the client asked for, in lower case; nil where it asked for none.
    package var serverName: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0).lowercased() }
    }

    /// Who the other side is; nil where it showed no certificate.
    package var peer: TLSPeer? {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        defer { X509_free(certificate) }
        return TLSPeer(certificate)
    }

    /// Whether it went on with an earlier session, without certificates.
    package var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// `TLSv1.3`, say.
    package var version: String { String(cString: SSL_get_version(ssl)) }

    /// OpenSSL's name of the cipher, the one of the standard with TLS 1.3.
    package var cipher: String { String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))) }
}
