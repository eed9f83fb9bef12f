/// How many requests one client may send.
public struct RateLimit: Sendable, Hashable {
    /// The rate that may be kept up.
    public var requestsPerSecond: Double
    /// How many may come at once.
    public var burst: Int
    /// The name of the policy in the `RateLimit-Policy` field.
    public var name: String

    /// Makes a limit.
    ///
    /// - Precondition: a rate above 0 and a burst of at least 1; a name of letters, digits and hyphens.
    public init(requestsPerSecond: Double, burst: Int, name: String = "default") {
        precondition(requestsPerSecond > 0 && burst >= 1, "a rate limit needs a rate above 0 and a burst of at least 1")
        precondition(
            !name.isEmpty
                && name.utf8.allSatisfy {
                    $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                        || (0x61...0x7A).contains($0)
                },
            "the name of a rate limit holds only letters, digits and hyphens"
        )
        self.requestsPerSecond = requestsPerSecond
        self.burst = burst
        self.name = name
    }
}
