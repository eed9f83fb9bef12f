/// Where a certificate is.
package struct TLSCertificateFiles: Sendable, Equatable {
    /// A file in PEM form: the certificate, then those that lead to one that clients trust.
    package var certificate: String
    /// A file in PEM form with the private key, not encrypted; may be the same file.
    package var key: String
    /// A file in DER form with an OCSP response, sent to clients that ask; nil for none.
    package var status: String?

    package init(certificate: String, key: String, status: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.status = status
    }
}
