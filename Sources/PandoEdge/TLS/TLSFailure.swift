internal import COpenSSL

/// Why a TLS connection ended badly, as far as it is worth counting apart.
package enum TLSFailure: UInt8, CaseIterable, Sendable {
    /// The first bytes were no TLS.
    case notTLS
    /// The first bytes were a request of plain HTTP.
    case plainHTTP
    /// No version in common.
    case version
    /// No cipher, group or signature algorithm in common.
    case cipher
    /// No application protocol in common (RFC 7301 §3.2).
    case applicationProtocol
    /// A certificate is required, and none came.
    case noCertificate
    /// The peer's certificate was signed by nobody we trust.
    case untrusted
    /// The peer's certificate is not valid yet, or not any more.
    case expired
    /// The peer's certificate is for another name.
    case wrongName
    /// The peer's certificate has another fault.
    case certificate
    /// The peer refused with an alert: it does not trust our certificate, say.
    case refusedByPeer
    /// The peer went away before the handshake was complete, as probes of load balancers do.
    case endedInHandshake
    /// The connection ended without the alert close_notify, so that what came may not be all (RFC 8446 §6.1).
    case truncated
    /// Anything else that breaks the protocol.
    case protocolViolation

    /// What is wrong, for the log.
    package var reason: StaticString {
        switch self {
        case .notTLS: "what came was no TLS"
        case .plainHTTP: "a plain HTTP request came on a TLS port"
        case .version: "no version of TLS in common"
        case .cipher: "no cipher in common"
        case .applicationProtocol: "no application protocol in common"
        case .noCertificate: "the peer sent no certificate"
        case .untrusted: "nobody we trust signed the peer's certificate"
        case .expired: "the peer's certificate is not valid at this time"
        case .wrongName: "the peer's certificate is for another name"
        case .certificate: "the peer's certificate is faulty"
        case .refusedByPeer: "the peer refused the connection by an alert"
        case .endedInHandshake: "the peer went away during the handshake"
        case .truncated: "the connection ended without close_notify"
        case .protocolViolation: "the peer broke the protocol"
        }
    }

    /// Reads the newest error of this thread's queue: the ones before it, of other parts of OpenSSL, are details of it.
    ///
    /// - Parameters:
    ///   - isEstablished: Whether the handshake was complete.
    ///   - verification: What came of verifying the peer's certificate.
    init(isEstablished: Bool, verification: Int) {
        let code = ERR_peek_last_error()
        let reason = ERR_GET_REASON(code)
        if ERR_GET_LIB(code) != ERR_LIB_SSL {
            self = .protocolViolation
        } else if reason == SSL_R_UNEXPECTED_EOF_WHILE_READING {
            self = isEstablished ? .truncated : .endedInHandshake
        } else if reason == SSL_R_CERTIFICATE_VERIFY_FAILED {
            self = Self.verification(verification)
        } else if let known = Self.kind(reason) {
            self = known
        } else {
            // Alerts of the peer are numbered from here on (SSL_AD_REASON_OFFSET).
            self = reason >= 1_000 && reason < 1_256 ? .refusedByPeer : .protocolViolation
        }
    }

    private static func kind(_ reason: Int32) -> TLSFailure? {
        switch reason {
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: .plainHTTP
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_UNKNOWN_PROTOCOL, SSL_R_BAD_RECORD_TYPE, SSL_R_UNEXPECTED_MESSAGE,
            SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_RECORD_TOO_SMALL:
            .notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_NO_PROTOCOLS_AVAILABLE,
            SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_WRONG_SSL_VERSION:
            .version
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
            SSL_R_NO_SUITABLE_GROUPS, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            .cipher
        case SSL_R_NO_APPLICATION_PROTOCOL, SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: .applicationProtocol
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .noCertificate
        default: nil
        }
    }

    private static func verification(_ result: Int) -> TLSFailure {
        switch Int32(truncatingIfNeeded: result) {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: .expired
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongName
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            .untrusted
        default: .certificate
        }
    }
}
