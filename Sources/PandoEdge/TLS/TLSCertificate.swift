internal import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// A certificate that was read, with its key and its chain.
final class TLSCertificate {
    let files: TLSCertificateFiles
    /// The DNS names that it is for, in lower case.
    let names: [String]
    /// The status to staple.
    let status: TLSStatus?
    private(set) var warnings: [TLSWarning] = []
    private let chain: [OpaquePointer]
    private let key: OpaquePointer

    /// Reads the files.
    init(_ files: TLSCertificateFiles) throws(TLSConfigurationError) {
        self.files = files
        let chain = try PEMFile.certificates(files.certificate)
        let key: OpaquePointer
        do throws(TLSConfigurationError) {
            key = try PEMFile.key(files.key)
        } catch {
            chain.forEach { X509_free($0) }
            throw error
        }
        self.chain = chain
        self.key = key
        names = Self.names(chain[0])
        do throws(TLSConfigurationError) {
            status = try files.status.map { path throws(TLSConfigurationError) in
                try TLSStatus(path, certificate: chain[0], issuer: chain.count > 1 ? chain[1] : nil)
            }
        } catch {
            chain.forEach { X509_free($0) }
            EVP_PKEY_free(key)
            throw error
        }
        // Everything is initialised: what throws from here on is freed by deinit.
        guard X509_check_private_key(chain[0], key) == 1 else {
            ERR_clear_error()
            throw TLSConfigurationError(
                files.key,
                "this key does not belong to the certificate in \(files.certificate)"
            )
        }
        warnings = findWarnings(now: Int64(time(nil)))
    }

    deinit {
        chain.forEach { X509_free($0) }
        EVP_PKEY_free(key)
    }

    /// Gives the certificate to a context.
    func use(in context: OpaquePointer) throws(TLSConfigurationError) {
        guard SSL_CTX_use_certificate(context, chain[0]) == 1 else {
            throw .openSSL(files.certificate, "the certificate cannot be used")
        }
        guard SSL_CTX_use_PrivateKey(context, key) == 1 else {
            throw .openSSL(files.key, "the key cannot be used")
        }
        for certificate in chain.dropFirst() {
            guard pando_add_chain_certificate(context, certificate) == 1 else {
                throw .openSSL(files.certificate, "a certificate of the chain cannot be used")
            }
        }
    }

    /// The DNS names of a certificate, in lower case.
    static func names(_ certificate: OpaquePointer) -> [String] {
        guard let names = pando_names(certificate) else {
            ERR_clear_error()
            return []
        }
        defer { GENERAL_NAMES_free(names) }
        return (0..<pando_names_count(names)).compactMap { index in
            var count: Int32 = 0
            guard let bytes = pando_dns_name(names, index, &count) else { return nil }
            return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self).lowercased()
        }
    }

    private func findWarnings(now: Int64) -> [TLSWarning] {
        var found: [TLSWarning] = []
        func warn(_ kind: TLSWarning.Kind, _ file: String, _ text: String) {
            found.append(TLSWarning(kind: kind, file: file, text: text))
        }
        let begin = pando_seconds(X509_get0_notBefore(chain[0]))
        let left = pando_seconds(X509_get0_notAfter(chain[0])) - now
        if left <= 0 {
            warn(.expired, files.certificate, "the certificate expired \(-left / 86_400) days ago; clients refuse it")
        } else if left < 14 * 86_400 {
            warn(.expiresSoon, files.certificate, "the certificate expires in \(left / 86_400) days")
        }
        if begin > now { warn(.notYetValid, files.certificate, "the certificate is not valid yet; clients refuse it") }
        if names.isEmpty {
            warn(.noNames, files.certificate, "the certificate has no DNS name (subjectAltName)")
        }
        if let status, let file = files.status, status.validUntil.map({ $0 <= now }) ?? false {
            warn(.staleStatus, file, "the status of the certificate is too old and is not sent")
        }
        return found
    }
}
