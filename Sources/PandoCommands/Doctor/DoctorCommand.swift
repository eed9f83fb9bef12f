package import ArgumentParser
import Foundation
import PandoTopology

/// `pando doctor`: what is missing on this machine, without an app.
package struct DoctorCommand: Command {
    package static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find what is missing or in the way on this machine, and the exact command that mends it.",
        discussion: """
            Changes nothing. Status 1 where something failed; warnings leave it 0.

            EXAMPLES
              pando doctor
              pando doctor --topology topology.yaml --data /var/lib/hotel --json
            """
    )

    @OptionGroup var options: TopologyOptions
    @Option(help: ArgumentHelp("The folder of the app's data.", valueName: "folder"), completion: .directory)
    var data = "data"
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run(_ console: Console) async throws -> CommandStatus {
        let report = try DoctorCommand.examine(options, data: data)
        try console.result(report)
        return report.healthy ? .done : .failed
    }

    /// Checks the topology first; a broken one is a finding like any other.
    ///
    /// - Parameter isOwn: Whether a process is the app itself, which runs.
    static func examine(
        _ options: TopologyOptions,
        data: String,
        domains: [String]? = nil,
        isOwn: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) throws -> DoctorReport {
        var findings: [Finding] = []
        var topology = Topology(.laptop)
        do {
            let source: String
            (topology, source) = try options.load(domains: domains)
            findings.append(
                Finding("topology", .ok, "\(source): rung \(topology.rung.rawValue) (\(topology.rung.name))")
            )
            findings += topology.unsupported().map {
                Finding("topology", .failed, "\($0.keyPath): \($0.problem)", remedy: $0.remedy)
            }
        } catch let error as TopologyError {
            findings += error.issues.map { issue in
                var place = issue
                place.remedy = ""
                return Finding("topology", .failed, place.description.droppingSuffix("; "), remedy: issue.remedy)
            }
        }
        let listeners = topology.nodes.filter(\.role.runsApp).flatMap { group in
            [(purpose: ListenerPurpose.site, address: group.address)] + (group.admin.map { [(.admin, $0)] } ?? [])
        }
        let folder = FileManager.default.currentDirectoryPath
        let doctor = Doctor(dataFolder: data, listeners: listeners, packageFolder: folder, isOwn: isOwn)
        return DoctorReport(findings + doctor.examine())
    }
}

extension String {
    fileprivate func droppingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
