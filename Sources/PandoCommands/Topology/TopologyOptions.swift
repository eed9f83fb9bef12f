package import ArgumentParser
import Foundation
package import PandoTopology

/// Which topology a command works with.
package struct TopologyOptions: ParsableArguments {
    /// The file that is taken where none is named.
    static let defaultFile = "topology.yaml"

    /// The file.
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The topology file; '\(defaultFile)' where there is one, else the preset of rung 1.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    package var topology: String?

    /// The rung that was named.
    @Option(
        help: ArgumentHelp(
            "A rung, by number or name, in the form in which it runs on one machine; instead of a topology file.",
            valueName: "rung"
        )
    )
    package var rung: String?

    package init() {}

    /// The file that is read; nil where a rung or the preset is taken.
    var file: String? {
        guard rung == nil else { return nil }
        return topology ?? (FileManager.default.fileExists(atPath: Self.defaultFile) ? Self.defaultFile : nil)
    }

    /// Reads and checks the file, or takes the rung that was named, or the preset.
    package func load(domains: [String]? = nil) throws -> (topology: Topology, source: String) {
        guard let rung else { return try TopologyOptions.load(topology, domains: domains) }
        guard topology == nil else {
            throw CommandFailure(.badInput, "--rung and --topology say two things", remedy: "give one of them")
        }
        let named = try Rung.named(rung)
        return (Topology.onThisMachine(named), "rung \(named.rawValue) (\(named.name)) on this machine")
    }

    /// Reads and checks `file`; without one the default file, and where that is not there the preset.
    static func load(_ file: String?, domains: [String]? = nil) throws -> (topology: Topology, source: String) {
        if let topology = file { return (try Topology.load(path: topology, domains: domains), topology) }
        guard FileManager.default.fileExists(atPath: TopologyOptions.defaultFile) else {
            return (Topology(.laptop), "preset of rung 1 (laptop)")
        }
        return (try Topology.load(path: TopologyOptions.defaultFile, domains: domains), TopologyOptions.defaultFile)
    }
}
