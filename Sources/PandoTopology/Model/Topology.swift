/// `PandoTopology` exists to model, decode and validate a topology: which nodes run where and which engine backs which
/// building block, the rungs of the ladder as presets, and the difference between two topologies as a list of moves.

/// Which nodes run where, and which engine backs which building block.
///
/// A rung is a preset; a topology is the truth and may mix freely, as long as the parts fit each other.
///
/// ```swift
/// var topology = Topology(.laptop)
/// topology.engines.database.path = "data/hotel.sqlite"
/// let fromFile = try Topology.load(path: "topology.yaml")
/// let moves = topology.moves(to: fromFile)
/// ```
public struct Topology: Sendable, Hashable, Codable {
    /// The version of the file format that this library reads and writes: the value of the key `pando`.
    public static let schemaVersion = 1

    /// The groups of equal nodes, in the order of the file.
    public var nodes: [NodeGroup]
    /// The engine behind each building block.
    public var engines: Engines

    /// Creates a topology from its parts. Nothing is checked here: see ``issues(domains:)``.
    public init(nodes: [NodeGroup], engines: Engines) {
        self.nodes = nodes
        self.engines = engines
    }

    /// How many processes run the app's own code: roles `web`, `worker` and `all`.
    public var appProcesses: Int { processes { $0.runsApp } }

    /// How many processes answer the app's requests: roles `web` and `all`.
    public var webProcesses: Int { processes { $0.servesWeb } }

    func processes(where matches: (Role) -> Bool) -> Int {
        nodes.reduce(0) { $0 + (matches($1.role) ? $1.count : 0) }
    }

    /// The regions that the nodes name, without repetition, in the order of the file.
    public var regions: [String] {
        var seen: [String] = []
        for region in nodes.compactMap(\.region) where !seen.contains(region) { seen.append(region) }
        return seen
    }
}
