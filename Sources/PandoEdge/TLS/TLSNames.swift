/// Which certificate is for which name.
struct TLSNames {
    private(set) var exact: [String: Int] = [:]
    /// By what follows the asterisk, with the dot.
    private(set) var wildcard: [String: Int] = [:]
    private(set) var warnings: [TLSWarning] = []

    init(_ certificates: [TLSCertificate]) {
        for (index, certificate) in certificates.enumerated() {
            for name in Set(certificate.names).sorted() { add(name, index, certificates) }
        }
    }

    private mutating func add(_ name: String, _ index: Int, _ certificates: [TLSCertificate]) {
        let isWildcard = name.hasPrefix("*.")
        let key = isWildcard ? String(name.dropFirst()) : name
        guard let other = isWildcard ? wildcard[key] : exact[key] else {
            if isWildcard { wildcard[key] = index } else { exact[key] = index }
            return
        }
        warnings.append(
            TLSWarning(
                kind: .sameName,
                file: certificates[index].files.certificate,
                text: "\(name) is a name of \(certificates[other].files.certificate), too, which goes first"
            )
        )
    }
}
