internal import COpenSSL

/// The versions of TLS that the edge speaks.
package enum TLSVersion: Sendable, Comparable {
    case tls12, tls13

    /// OpenSSL's number.
    var number: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
