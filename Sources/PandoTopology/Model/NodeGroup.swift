/// One or more equal nodes: the same role, the same settings, consecutive ports.
public struct NodeGroup: Sendable, Hashable, Codable {
    /// What these nodes do.
    public var role: Role
    /// How many there are, 1 to 1,000.
    public var count: Int
    /// Where the first of them listens; each further one takes the next port. Port 0 lets the system choose.
    public var address: Address
    /// Where the first of them serves its dashboard, metrics and health; nil for any free port of its own machine.
    public var admin: Address?
    /// A name that is unique in the topology, for logs and metrics; nil names the group after its role.
    public var name: String?
    /// The domains that these nodes serve; empty for all of them.
    public var domains: [String]
    /// The region (data centre) that they run in; nil where there is one only.
    public var region: String?
    /// The host name that clients use, for TLS and for links.
    public var host: String?
    /// Whether they speak TLS.
    public var tls: Bool
    /// On `edge`: the file of its certificate, in PEM, with those that lead to a root.
    public var certificate: String?
    /// On `edge`: the file of the certificate's private key, in PEM.
    public var key: String?
    /// On `edge`: the address that an active/passive pair shares.
    public var virtualAddress: String?
    /// On `edge`: whether they keep cacheable answers (a CDN node).
    public var caches: Bool
    /// On `edge`: which clients this API gateway is for; nil for all of them.
    public var gateway: Gateway?

    /// The clients that an API gateway is for.
    public enum Gateway: String, Sendable, Hashable, Codable, CaseIterable {
        /// Browsers.
        case web
        /// Phone apps: leaner bodies, limits of their own.
        case mobile
    }

    /// The largest number of nodes in one group.
    public static let countLimit = 1_000

    /// Creates a group of `count` nodes of a role.
    public init(
        _ role: Role,
        count: Int = 1,
        address: Address = Address(host: "127.0.0.1", port: 8080),
        admin: Address? = nil,
        name: String? = nil,
        domains: [String] = [],
        region: String? = nil,
        host: String? = nil,
        tls: Bool = false,
        certificate: String? = nil,
        key: String? = nil,
        virtualAddress: String? = nil,
        caches: Bool = false,
        gateway: Gateway? = nil
    ) {
        self.role = role
        self.count = count
        self.address = address
        self.admin = admin
        self.name = name
        self.domains = domains
        self.region = region
        self.host = host
        self.tls = tls
        self.certificate = certificate
        self.key = key
        self.virtualAddress = virtualAddress
        self.caches = caches
        self.gateway = gateway
    }

    /// The name, or the role (and the region) where none is given.
    public var title: String {
        name ?? region.map { "\(role.rawValue) in \($0)" } ?? role.rawValue
    }
}
