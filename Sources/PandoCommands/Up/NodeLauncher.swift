import Foundation
import Logging
import Pando
import PandoConductor
import PandoTopology

/// Makes the processes of a topology's nodes: this program again, as one of them.
struct NodeLauncher: Sendable {
    /// The option that makes a process one node, with its name behind it.
    static let nodeOption = "--node"

    /// One node of the topology.
    struct Place: Sendable, Hashable {
        let name: String
        let role: Role
        let address: Address
        let admin: Address
    }

    let program: String
    let folder: RunFolder
    let dataFolder: String
    let logLevel: Logger.Level
    let logger: Logger

    /// This program, as it is on the disk: what starts anew after an upgrade is the new one.
    static func ownProgram() -> String { Bundle.main.executableURL?.path ?? CommandLine.arguments[0] }

    /// The nodes of a topology by their names, in its order.
    static func places(of topology: Topology) -> [Place] {
        topology.nodes.enumerated().flatMap { index, group in
            let isAlone = topology.nodes.count { $0.title == group.title } == 1
            let title = group.title.replacing(" ", with: "-") + (isAlone ? "" : "-\(index)")
            return (0..<group.count).map { copy in
                Place(
                    name: "\(title)-\(copy + 1)",
                    role: group.role,
                    address: group.address.copy(copy),
                    admin: group.admin?.copy(copy) ?? Address(host: "127.0.0.1", port: 0)
                )
            }
        }
    }

    func process(of place: Place) -> SupervisedProcess {
        let arguments = place.role == .edge ? edgeArguments : appArguments(place)
        var configuration = SupervisedProcess.Configuration(
            name: place.name,
            program: program,
            arguments: arguments + [Self.nodeOption, place.name, "--json"]
        )
        // What a node may take by itself, and some more for closing its database.
        configuration.stopTimeout = NodeConfiguration().shutdownTimeout + EdgeFileText.drainDelay + .seconds(15)
        return SupervisedProcess(configuration, logger: logger)
    }

    private var edgeArguments: [String] { ["edge", "run", "--config", folder.edgeFile] }

    private func appArguments(_ place: Place) -> [String] {
        [
            "up", "--topology", folder.topologyFile, "--data", dataFolder, "--role", place.role.rawValue,
            "--conductor", "\(ProcessInfo.processInfo.processIdentifier)",
            "--address", "\(place.address)", "--admin", "\(place.admin)", "--log-level", logLevel.rawValue,
        ]
    }
}

extension Address {
    /// Where a copy of a node listens whose first is here.
    fileprivate func copy(_ number: Int) -> Address {
        port == 0 ? self : Address(host: host, port: port + number)
    }
}
