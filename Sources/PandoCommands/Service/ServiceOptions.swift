package import ArgumentParser
import Foundation
import Pando
import PandoConductor
package import PandoTopology

/// Where an app's topology and data are.
package struct ServiceOptions: ParsableArguments {
    /// The topology file.
    @OptionGroup package var topology: TopologyOptions

    /// The folder that was named; see ``dataFolder``.
    @Option(
        help: ArgumentHelp(
            "The folder of the app's data, 'data' without it; it is made where it is missing.",
            valueName: "folder"
        ),
        completion: .directory
    )
    package var data: String?

    /// The folder of the data.
    package var dataFolder: String { data ?? "data" }

    package init() {}

    /// Reads the topology, refuses what this version cannot run, and finds the places of the data.
    func place<A: App>(_ app: A) throws -> ServicePlace {
        try place(name: A.name, domains: app.domainNames)
    }

    /// See ``place(_:)``.
    package func place(name: String, domains: [String]) throws -> ServicePlace {
        let (topology, source) = try topology.load(domains: domains)
        let missing = topology.unsupported()
        guard missing.isEmpty else { throw TopologyError(missing.map { $0.inFile(source) }) }
        let file = self.topology.file
        let database = try DatabasePlace(topology.engines.database, app: name, dataFolder: dataFolder, file: file)
        return ServicePlace(
            name: name,
            topology: topology,
            source: source,
            file: file,
            dataFolder: dataFolder,
            database: database
        )
    }
}

/// Where the parts of a service are.
package struct ServicePlace: Sendable {
    /// The name of the app, which is its command.
    let name: String
    /// What runs where.
    package var topology: Topology
    /// Where the topology came from, in words.
    package let source: String
    /// The topology's file; nil for a preset.
    let file: String?
    /// The folder of everything that the app keeps.
    package let dataFolder: String
    /// Where the database is.
    package let database: DatabasePlace

    /// The node that this process is, where a conductor has started it as one of several.
    var own: NodeGroup?

    /// The node of this process, or the first of the app's.
    package var node: NodeGroup { own ?? topology.nodes.first(where: \.role.runsApp) ?? topology.nodes[0] }

    /// Where users go: the edge, or the node itself where there is none.
    var site: Address { (topology.site ?? node).address }

    /// Makes the folders of the data and of the database, readable for this user only.
    ///
    /// - Throws: ``CommandFailure`` where what is there is no use, before anything is made.
    func makeFolders() throws {
        try requireUsable()
        if case .local(let folder) = database {
            try LocalPostgres.requireOwners(of: folder)
            try ServicePlace.makeFolder(dataFolder)
            // A private PostgreSQL of root's runs as another user, who must get through to its own folder.
            if geteuid() == 0 { chmod(dataFolder, 0o711) }
        } else {
            try ServicePlace.makeFolder(dataFolder)
        }
        try makeDatabaseFolder()
    }

    /// Makes the folder of the database, readable for this user only.
    func makeDatabaseFolder() throws {
        guard let path = database.path else { return }
        try ServicePlace.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Makes a folder, readable for this user only; it may be there.
    static func makeFolder(_ folder: String) throws {
        do {
            try Node.makeFolder(folder)
        } catch {
            throw CommandFailure(.failed, error.message, remedy: "run 'doctor' for the command that mends it")
        }
    }

    /// Refuses a database that is not there: a command that only looks must not make an empty one.
    package func requireDatabase(_ command: String) throws {
        try requireFolder()
        guard !database.exists else { return try requireOwnDatabase() }
        if let other = otherDatabase {
            throw CommandFailure(
                .badInput,
                "there is no database at \(database), but \(other)",
                remedy: "name the topology that the app is started with by --topology"
            )
        }
        throw CommandFailure(
            .badInput,
            "there is no database at \(database)",
            remedy: "start the app once ('\(command) up'), or name its folder with --data"
        )
    }

    /// The other engine's database in the folder of the data, in words: its topology file may have been forgotten.
    var otherDatabase: String? {
        let folder = "\(dataFolder)/postgres"
        guard database.path != nil, FileManager.default.fileExists(atPath: "\(folder)/data") else { return nil }
        return "there is a PostgreSQL in \(folder)"
    }
}

extension TopologyIssue {
    /// The same issue, with the file that it was found in.
    func inFile(_ name: String) -> TopologyIssue {
        var issue = self
        issue.file = name
        return issue
    }
}
