internal import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// Reads certificates and keys.
enum PEMFile {
    /// All certificates of a file, one at least; who calls frees them.
    static func certificates(_ path: String) throws(TLSConfigurationError) -> [OpaquePointer] {
        let file = try open(path)
        defer { BIO_free(file) }
        var found: [OpaquePointer] = []
        while let certificate = PEM_read_bio_X509(file, nil, nil, nil) { found.append(certificate) }
        let reason = ERR_GET_REASON(ERR_peek_last_error())
        // That no further block begins is how the end of the file is told.
        guard reason == PEM_R_NO_START_LINE, !found.isEmpty else {
            found.forEach { X509_free($0) }
            guard reason == PEM_R_NO_START_LINE else { throw .openSSL(path, "a certificate in it cannot be read") }
            ERR_clear_error()
            throw TLSConfigurationError(path, "there is no certificate in PEM form in it")
        }
        ERR_clear_error()
        return found
    }

    /// The private key of a file; who calls frees it.
    static func key(_ path: String) throws(TLSConfigurationError) -> OpaquePointer {
        let file = try open(path)
        defer { BIO_free(file) }
        var isEncrypted = false
        let key = PEM_read_bio_PrivateKey(
            file,
            nil,
            { _, _, _, asked in
                // Nobody is there to type a password.
                asked?.assumingMemoryBound(to: Bool.self).pointee = true
                return -1
            },
            &isEncrypted
        )
        if let key { return key }
        if isEncrypted {
            ERR_clear_error()
            throw TLSConfigurationError(
                path,
                "the key is encrypted; decrypt it (openssl pkey -in … -out …) and guard the file by its permissions"
            )
        }
        throw .openSSL(path, "there is no private key in PEM form in it that can be read")
    }

    private static func open(_ path: String) throws(TLSConfigurationError) -> OpaquePointer {
        ERR_clear_error()
        errno = 0
        if let file = BIO_new_file(path, "r") { return file }
        let problem = String(cString: strerror(errno))
        ERR_clear_error()
        throw TLSConfigurationError(path, "the file cannot be opened: \(problem)")
    }
}
