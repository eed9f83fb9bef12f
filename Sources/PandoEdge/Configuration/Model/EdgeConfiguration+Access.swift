extension EdgeConfiguration {
    /// A JSON Web Token in `Authorization: Bearer` (RFC 7519, RFC 6750); 401 without a good one.
    public struct JWT: Sendable, Equatable {
        /// Where the keys are (RFC 7517).
        public enum Keys: Sendable, Hashable {
            /// A file, read again when it changes.
            case file(String)
            /// An https URL, asked again once in ``JWT/refresh``.
            case url(String)
        }

        /// The keys.
        public var keys: Keys
        /// `iss`; nil for any.
        public var issuer: String?
        /// `aud`: one of these; empty for any.
        public var audience: [String] = []
        /// Claims that a token has, with one of the values; an empty list takes any value.
        public var require: [String: [String]] = [:]
        /// Claims that are passed on, each in a field; what the client sent in such a field is removed.
        public var forward: [String: String] = [:]
        /// How wrong clocks may be, 0 to 10 minutes.
        public var leeway = Duration.seconds(30)
        /// How often keys are asked for, 1 minute to 1 day.
        public var refresh = Duration.seconds(600)
        /// Whether a request without any token passes; off.
        public var optional = false

        /// Tokens of any issuer that the keys verify.
        public init(keys: Keys) {
            self.keys = keys
        }
    }

    /// A client certificate that the listener has verified; 403 without.
    public struct MutualTLS: Sendable, Hashable {
        /// Names of the certificate (subject alternative names, common name), `*.example.com` for any below; empty for any.
        public var names: [String] = []
        /// The field that tells servers the certificate's subject; what the client sent in it is removed. Nil for none.
        public var forward: String?

        /// Any certificate that is valid.
        public init() {}
    }

    /// Cross-origin resource sharing (https://fetch.spec.whatwg.org/#http-cors-protocol); preflights are answered by the edge.
    public struct CORS: Sendable, Hashable {
        /// `https://app.example.com`, or `*` alone.
        public var origins: [String] = []
        /// What pages may use.
        public var methods = ["GET", "HEAD", "POST"]
        /// Fields that pages may send.
        public var headers: [String] = []
        /// Fields that pages may read.
        public var expose: [String] = []
        /// Whether cookies are sent; off.
        public var credentials = false
        /// How long a preflight's answer holds, 0 to 1 day.
        public var maxAge = Duration.seconds(600)

        /// No origin.
        public init() {}
    }

    /// Checking of requests against a description (OpenAPI 3); 400 says what does not fit.
    public struct OpenAPI: Sendable, Hashable {
        /// The description, YAML or JSON.
        public var file: String
        /// Whether paths that it does not describe pass; off.
        public var allowUnknown = false
        /// Larger bodies are refused, 1 KiB to 64 MiB.
        public var bodyBytes = 1 << 20

        /// Paths, parameters and bodies as described.
        public init(file: String) {
            self.file = file
        }
    }
}
