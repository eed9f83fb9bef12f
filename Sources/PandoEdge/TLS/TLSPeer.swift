internal import COpenSSL

/// Who the other side is by its certificate, which was verified.
package struct TLSPeer: Sendable, Equatable {
    /// The distinguished name in the form of RFC 2253, most specific part first: `CN=billing,O=Example`. ASCII, what else
    /// there is being escaped, so that it may stand in a header field.
    package let subject: String
    /// SHA-256 over the whole certificate, in lower-case hexadecimal digits.
    package let fingerprint: String
    /// The serial number, in upper-case hexadecimal digits.
    package let serialNumber: String
    /// The DNS names and the common name that it is for, in lower case.
    package let names: [String]

    init(_ certificate: OpaquePointer) {
        names = TLSCertificate.names(certificate) + Self.commonNames(certificate)
        subject = Self.text(X509_get_subject_name(certificate))
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        X509_digest(certificate, EVP_sha256(), &digest, &count)
        fingerprint = digest.prefix(Int(count)).map { octet in
            (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined()
        let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil)
        let digits = BN_bn2hex(number)
        serialNumber = digits.map { String(cString: $0) } ?? ""
        CRYPTO_free(digits, #file, #line)
        BN_free(number)
    }

    private static func commonNames(_ certificate: OpaquePointer) -> [String] {
        let name = X509_get_subject_name(certificate)
        let place = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard place >= 0, let entry = X509_NAME_get_entry(name, place) else { return [] }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry))
        guard count >= 0, let bytes else { return [] }
        defer { CRYPTO_free(bytes, #file, #line) }
        return [String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self).lowercased()]
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let memory = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(memory) }
        pando_print_name(memory, name)
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        return String(decoding: bytes.prefix(Int(max(0, count))), as: UTF8.self)
    }
}
