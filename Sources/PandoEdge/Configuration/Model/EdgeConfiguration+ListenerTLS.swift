extension EdgeConfiguration {
    /// A certificate with its key, in PEM files that are read again when they change.
    public struct Certificate: Sendable, Hashable {
        /// The certificate, then those that lead to a root.
        public var certificate: String
        /// Its private key.
        public var key: String
        /// An OCSP response in DER to staple; nil for none.
        public var ocsp: String?

        /// A pair of files.
        public init(certificate: String, key: String, ocsp: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.ocsp = ocsp
        }
    }

    /// Mutual TLS: who clients may be.
    public struct ClientCertificates: Sendable, Hashable {
        /// What happens to clients without a certificate.
        public enum Mode: String, Sendable, Hashable, CaseIterable {
            /// The handshake fails.
            case required
            /// They are served; routes may want more.
            case optional
        }

        /// `required`.
        public var mode = Mode.required
        /// A PEM file of those who may sign.
        public var authorities: String

        /// Certificates that are required.
        public init(authorities: String) {
            self.authorities = authorities
        }
    }

    /// A version of TLS.
    public enum TLSVersion: String, Sendable, Hashable, CaseIterable, Comparable {
        /// RFC 2246, deprecated by RFC 8996.
        case tls10 = "1.0"
        /// RFC 4346, deprecated by RFC 8996.
        case tls11 = "1.1"
        /// RFC 5246.
        case tls12 = "1.2"
        /// RFC 8446.
        case tls13 = "1.3"

        /// Whether one is older.
        public static func < (one: TLSVersion, other: TLSVersion) -> Bool { one.rawValue < other.rawValue }
    }

    /// Strict-Transport-Security (RFC 6797).
    public struct HSTS: Sendable, Hashable {
        /// How long a browser remembers, 0 to 3 years.
        public var maxAge = Duration.seconds(31_536_000)
        /// Whether it holds for all names below too; off.
        public var includeSubdomains = false
        /// Whether browsers may ship the name in their lists; off. It cannot be undone soon.
        public var preload = false

        /// A year, for the name itself.
        public init() {}
    }

    /// Session tickets (RFC 5077, RFC 8446 §4.6.1).
    public struct Tickets: Sendable, Hashable {
        /// On.
        public var isOn = true
        /// How often the key changes; a ticket is good for two such times. 1 hour to 7 days.
        public var rotation = Duration.seconds(43_200)
        /// A secret of at least 32 bytes that keys are made of, so that several edges resume each other's sessions; nil for keys of its own.
        public var secret: Secret?

        /// Keys of its own.
        public init() {}
    }
}
