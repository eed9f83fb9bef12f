/// A step of the ladder: a preset of a topology with a number and a name.
public enum Rung: Int, Sendable, Hashable, CaseIterable, Comparable {
    /// One process does everything.
    case laptop = 1
    /// All cores, TLS, a real host name.
    case server
    /// An edge in front of several web processes; the database is a server of its own.
    case scaleOut
    /// Sessions and cache leave the process.
    case sharedState
    /// Primary and replicas, automatic failover.
    case replicas
    /// Cacheable answers from CDN nodes; commands and queries apart.
    case contentAndEvents
    /// Any one machine may vanish.
    case noSinglePointOfFailure
    /// Domains in processes of their own; API gateways for web and for mobile.
    case services
    /// Databases split by key.
    case shards
    /// Several data centres.
    case regions

    /// The name in files and messages.
    public var name: String {
        switch self {
        case .laptop: "laptop"
        case .server: "server"
        case .scaleOut: "scale-out"
        case .sharedState: "shared-state"
        case .replicas: "replicas"
        case .contentAndEvents: "content-and-events"
        case .noSinglePointOfFailure: "no-single-point-of-failure"
        case .services: "services"
        case .shards: "shards"
        case .regions: "regions"
        }
    }

    /// What changes at this rung, in one line.
    public var summary: String {
        switch self {
        case .laptop: "one process does everything"
        case .server: "scale up: all cores, TLS, a real host name"
        case .scaleOut: "an edge in front of stateless web processes; the database is a server of its own"
        case .sharedState: "sessions and cache leave the process; any web process serves any request"
        case .replicas: "primary and replicas, reads and writes split, automatic failover"
        case .contentAndEvents: "cacheable answers from CDN nodes; broker, workers and a search read model"
        case .noSinglePointOfFailure: "active/passive edge pair, clusters of cache and broker"
        case .services: "domains in processes of their own; API gateways for web and for mobile"
        case .shards: "databases split by key"
        case .regions: "several data centres; the loss of one is survived"
        }
    }

    /// Reads a name or a number, as in a file or a flag.
    public init?(_ text: String) {
        if let number = Int(text) {
            self.init(rawValue: number)
        } else if let rung = Rung.allCases.first(where: { $0.name == text }) {
            self = rung
        } else {
            return nil
        }
    }

    /// By number.
    public static func < (left: Rung, right: Rung) -> Bool { left.rawValue < right.rawValue }
}

extension Rung: Codable {
    /// Decodes a name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let rung = Rung(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a rung")
        }
        self = rung
    }

    /// Encodes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
