import Foundation
import Logging
import Pando
import PandoConductor
import PandoDatabase
import PandoTelemetry
import PandoTopology
import UnixSignals

extension UpCommand {
    /// Runs the processes of a topology, until a signal.
    ///
    /// - Parameter reread: Reads the topology again.
    func conduct(
        _ place: ServicePlace,
        _ console: Console,
        reread: @escaping @Sendable () throws -> Topology
    ) async throws {
        let began = ContinuousClock.now
        let folder = RunFolder(path: "\(place.dataFolder)/run")
        try place.makeFolders()
        let lock = try folder.lock()
        defer { lock.release() }
        let lines = LogWriter()
        defer { lines.flush() }
        let logger = logger(lines, node: "conductor")
        try await folder.endLeftovers()
        // Not before: what an earlier conductor has left may still be listening.
        try UpCommand.requirePorts(of: place)
        let launcher = NodeLauncher(
            program: NodeLauncher.ownProgram(),
            folder: folder,
            dataFolder: place.dataFolder,
            logLevel: Logger.Level(rawValue: logLevel) ?? .notice,
            logger: logger
        )
        let topology = try place.topology.withChosenPort()
        let gateways = (A() as? any EdgeServed)?.gateways ?? [EdgeGateway("web", [.init("/*")])]
        try await place.database.serving(logger, joins: false) { location in
            // Once and here, where what is wrong is told as by 'migrate'; the nodes find it done.
            try await console.progress("preparing \(A.name)") { _ in try await prepare(place, location) }
            let conductor = Conductor(
                topology,
                source: place.source,
                launcher: launcher,
                gateways: gateways,
                console: console,
                logger: logger,
                reread: { try reread().withPort(of: topology) }
            ) { nodes in
                let startedIn = ContinuousClock.now - began
                // A closed standard output is no reason to stop serving.
                try? console.result(FleetReport(name: A.name, place, topology, nodes, folder, startedIn: startedIn))
            }
            try await Self.run(conductor, console)
        }
    }

    /// Migrates and seeds.
    private func prepare(_ place: ServicePlace, _ location: Database.Configuration.Location) async throws {
        let app = A()
        let node = try await Node.make(app, place.configuration(of: app, location), logger: .quiet(A.name))
        do {
            try await node.prepare()
            await node.database.close()
        } catch {
            await node.database.close()
            throw error
        }
    }

    /// Runs the conductor, which is told of signals.
    private static func run(_ conductor: Conductor, _ console: Console) async throws {
        // Bounded by what sends: a person's signals, and processes that come and go, each with a pause.
        let (events, post) = AsyncStream.makeStream(of: Conductor.Event.self, bufferingPolicy: .unbounded)
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        try await Interruption.watch(console, "stopping", stop: { post.yield(.stop) }) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in hangups { post.yield(.changed) } }
                defer { group.cancelAll() }
                var conductor = conductor
                try await conductor.run(events) { post.yield($0) }
            }
        }
    }
}

extension Topology {
    /// The edge's port is in its file, and stays what it is when the edge is started again: where the system is to choose, it does so now.
    fileprivate func withChosenPort() throws -> Topology {
        var topology = self
        for index in topology.nodes.indices
        where topology.nodes[index].role == .edge && topology.nodes[index].address.port == 0 {
            topology.nodes[index].address.port = try PortCheck.freePort(of: topology.nodes[index].address.host)
        }
        return topology
    }

    /// The same topology with the port that was chosen for the edge of another one, which it was made from.
    fileprivate func withPort(of other: Topology) -> Topology {
        var topology = self
        guard nodes.count == other.nodes.count else { return self }
        for index in nodes.indices where nodes[index].role == .edge && nodes[index].address.port == 0 {
            topology.nodes[index].address.port = other.nodes[index].address.port
        }
        return topology
    }
}
