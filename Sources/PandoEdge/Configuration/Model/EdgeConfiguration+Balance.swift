extension EdgeConfiguration {
    /// How one of the servers of an upstream is chosen.
    public enum Balance: Sendable, Hashable {
        /// The better of two at random, by latency (peak EWMA) times requests under way. The default.
        case leastTime
        /// In turn, by weight.
        case roundRobin
        /// The fewest requests under way for its weight.
        case leastConnections
        /// Any, by weight.
        case random
        /// The same server for the same key (consistent hashing), unless it has more than its bounded share.
        case hash(HashKey)
        /// The server that a signed cookie names; the first answer sets it.
        case sticky(Sticky)

        /// The names of the file.
        package static let names = ["leastTime", "roundRobin", "leastConnections", "random", "hash", "sticky"]
    }

    /// What a hash is of.
    public enum HashKey: Sendable, Hashable {
        /// The client's address.
        case address
        /// The path, without the query.
        case path
        /// A field of the request, by its name in lower case; without it, the client's address.
        case header(String)
        /// A cookie; without it, the client's address.
        case cookie(String)
    }

    /// A cookie that keeps a client with its server, for applications that keep something in their memory.
    public struct Sticky: Sendable, Hashable {
        /// The cookie's name; `edge`.
        public var cookie = "edge"
        /// What it is signed with, so that clients choose no server themselves.
        public var secret: Secret
        /// How long it is kept; nil for as long as the browser is open. 1 minute to 1 year.
        public var maxAge: Duration?

        /// A cookie of the session.
        public init(secret: Secret) {
            self.secret = secret
        }
    }
}
