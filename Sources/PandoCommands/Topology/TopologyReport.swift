import PandoTopology

/// A topology, where it came from and what this version makes of it.
struct TopologyReport: Encodable, CustomStringConvertible {
    let source: String
    let rung: Int
    let rungName: String
    let topology: Topology
    let runnable: Bool
    let issues: [TopologyIssue]

    init(_ topology: Topology, source: String) {
        self.source = source
        self.topology = topology
        rung = topology.rung.rawValue
        rungName = topology.rung.name
        issues = topology.issues() + topology.unsupported()
        runnable = issues.isEmpty
    }

    var description: String {
        var lines = ["# \(source): rung \(rung) (\(rungName)), \(Rung(rawValue: rung)?.summary ?? "")"]
        if !runnable { lines.append("# this version cannot run it; see 'topology check'") }
        lines.append(topology.yaml.trimmingLastLineEnd)
        return lines.joined(separator: "\n")
    }
}

/// What `topology check` found.
struct TopologyCheckReport: Encodable, CustomStringConvertible {
    let file: String
    let rung: Int
    let rungName: String
    let valid = true
    let runnable: Bool
    let unsupported: [TopologyIssue]

    init(_ topology: Topology, file: String) {
        self.file = file
        rung = topology.rung.rawValue
        rungName = topology.rung.name
        unsupported = topology.unsupported()
        runnable = unsupported.isEmpty
    }

    var description: String {
        let place = "\(file): rung \(rung) (\(rungName))"
        guard !runnable else { return "\(place): valid, and this version runs it" }
        return (["\(place): valid, but this version does not run all of it:"] + unsupported.map { "  \($0)" })
            .joined(separator: "\n")
    }
}

/// The ladder.
struct PresetsReport: Encodable, CustomStringConvertible {
    struct Preset: Encodable {
        let rung: Int
        let name: String
        let summary: String
        let runnable: Bool
        let topology: Topology
    }

    let presets: [Preset]

    init(_ rungs: [Rung]) {
        presets = rungs.map { rung in
            let topology = Topology(rung)
            return Preset(
                rung: rung.rawValue,
                name: rung.name,
                summary: rung.summary,
                runnable: topology.unsupported().isEmpty,
                topology: topology
            )
        }
    }

    var description: String {
        presets.map { preset in
            let number = preset.rung < 10 ? " \(preset.rung)" : "\(preset.rung)"
            return "\(number)  \(preset.name): \(preset.summary)\(preset.runnable ? " (runs today)" : "")"
        }.joined(separator: "\n")
    }
}

/// The moves between two topologies.
struct MovesReport: Encodable, CustomStringConvertible {
    let from: String
    let to: String
    let moves: [Move]
    let stages = Move.Stage.allCases

    var description: String {
        guard !moves.isEmpty else { return "\(from) and \(to) are the same topology" }
        return moves.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingLastLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
