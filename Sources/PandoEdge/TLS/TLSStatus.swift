internal import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// What an authority says about a certificate, to be stapled to handshakes (RFC 6066 §8, RFC 6960).
struct TLSStatus: Sendable {
    /// The response in DER form.
    let response: [UInt8]
    /// Seconds since 1970 at which clients begin to refuse it; nil for never.
    let validUntil: Int64?

    /// Reads a response.
    ///
    /// - Parameter issuer: Who signed the certificate, if it is known: then the response is checked to be about the certificate.
    init(
        _ path: String,
        certificate: OpaquePointer,
        issuer: OpaquePointer?
    ) throws(TLSConfigurationError) {
        ERR_clear_error()
        guard let file = BIO_new_file(path, "rb") else {
            let problem = String(cString: strerror(errno))
            ERR_clear_error()
            throw TLSConfigurationError(path, "the file cannot be opened: \(problem)")
        }
        defer { BIO_free(file) }
        guard let parsed = pando_read_status(file) else {
            throw .openSSL(path, "it holds no OCSP response in DER form")
        }
        defer { OCSP_RESPONSE_free(parsed) }
        guard OCSP_response_status(parsed) == OCSP_RESPONSE_STATUS_SUCCESSFUL,
            let basic = OCSP_response_get1_basic(parsed)
        else { throw TLSConfigurationError(path, "the authority answered with an error, and no status") }
        defer { OCSP_BASICRESP_free(basic) }
        guard let single = pando_find_status(basic, certificate, issuer) else {
            throw TLSConfigurationError(path, "the status is of another certificate")
        }
        var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        OCSP_single_get0_status(single, nil, nil, nil, &next)
        validUntil = next.map { pando_seconds($0) }
        var der: UnsafeMutablePointer<UInt8>?
        let count = i2d_OCSP_RESPONSE(parsed, &der)
        guard count > 0, let der else { throw .openSSL(path, "it holds no OCSP response in DER form") }
        response = Array(UnsafeBufferPointer(start: der, count: Int(count)))
        CRYPTO_free(der, #file, #line)
    }

    /// Whether clients still take it.
    func isFresh(now: Int64) -> Bool { validUntil.map { $0 > now } ?? true }
}
