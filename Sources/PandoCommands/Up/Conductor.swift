import Foundation
import Logging
import PandoConductor
import PandoTopology

/// Runs the processes of a topology on this machine: starts them, keeps the edge's file as the nodes are, follows changes of the
/// topology, and stops them in their order.
///
/// A start goes from the inside out: all nodes of the app, then the edge, so that no request comes before somebody answers it. A stop
/// goes the other way: the edge takes no more requests and ends those that it has, then the nodes that answer them, then those that
/// consume what they have published.
struct Conductor {
    /// What it acts on, one after the other.
    enum Event: Sendable {
        case node(SupervisedProcess, SupervisedProcess.Event)
        /// A node's process has ended, as it was asked to.
        case gone(SupervisedProcess)
        /// The topology may have changed.
        case changed
        case stop
    }

    private struct Member {
        let place: NodeLauncher.Place
        let process: SupervisedProcess
        /// As it was when it was ready last; nil where it never was.
        var announced: NodeAnnouncement?
    }

    private enum Phase {
        case starting
        case running
        /// Stops the members of this step; see ``steps``.
        case stopping(Int)
    }

    /// Who ends after whom.
    private static let steps: [Set<Role>] = [[.edge], [.web, .all], [.worker]]

    let launcher: NodeLauncher
    let gateways: [EdgeGateway]
    let source: String
    let console: Console
    let logger: Logger
    /// Reads the topology again.
    let reread: @Sendable () throws -> Topology
    /// Is told once that everything serves.
    let onReady: @Sendable ([NodeAnnouncement]) throws -> Void

    private var topology: Topology
    private var members: [Member] = []
    private var phase = Phase.starting
    private var failure: CommandFailure?

    init(
        _ topology: Topology,
        source: String,
        launcher: NodeLauncher,
        gateways: [EdgeGateway],
        console: Console,
        logger: Logger,
        reread: @escaping @Sendable () throws -> Topology,
        onReady: @escaping @Sendable ([NodeAnnouncement]) throws -> Void
    ) {
        self.topology = topology
        self.source = source
        self.launcher = launcher
        self.gateways = gateways
        self.console = console
        self.logger = logger
        self.reread = reread
        self.onReady = onReady
    }

    /// Runs everything until it is asked to stop; all processes have ended when this returns.
    ///
    /// - Parameters:
    ///   - events: What others ask for.
    ///   - post: Puts an event at their end.
    /// - Throws: ``CommandFailure`` where a node did not start at first.
    mutating func run(_ events: AsyncStream<Event>, _ post: @escaping @Sendable (Event) -> Void) async throws {
        try launcher.folder.write(topology.yaml, to: launcher.folder.topologyFile)
        let nodes = NodeLauncher.places(of: topology).filter { $0.role != .edge }
        try await withThrowingDiscardingTaskGroup { group in
            for place in nodes { start(place, &group, post) }
            for await event in events {
                do {
                    try handle(event, &group, post)
                } catch {
                    failed(CommandFailure(describing: error))
                }
                if case .stopping = phase, members.isEmpty { break }
            }
            group.cancelAll()
        }
        if let failure { throw failure }
    }

    private mutating func start(
        _ place: NodeLauncher.Place,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ post: @escaping @Sendable (Event) -> Void
    ) {
        let process = launcher.process(of: place)
        members.append(Member(place: place, process: process))
        group.addTask {
            await process.run { event in post(.node(process, event)) }
            post(.gone(process))
        }
    }

    private mutating func handle(
        _ event: Event,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ post: @escaping @Sendable (Event) -> Void
    ) throws {
        switch event {
        case .node(let process, .ready(let line)):
            try ready(process, line)
            try goOn(&group, post)
        case .node(let process, .ended(let status, let hasServed)):
            launcher.folder.forget(process.name)
            guard case .starting = phase, !hasServed else { return }
            throw CommandFailure(.failed, "\(process.name) did not start: \(status)", remedy: "its own words are above")
        case .gone(let process):
            members.removeAll { $0.process === process }
            if !members.contains(where: { $0.place.name == process.name }) { launcher.folder.forget(process.name) }
            if case .stopping(let step) = phase { stop(step: step) }
        case .changed:
            guard case .running = phase else { return }
            try follow(&group, post)
        case .stop:
            if case .stopping = phase { return }
            stop(step: 0)
        }
    }

    /// What cannot be done at the start ends it; later it is told, and what serves goes on.
    private mutating func failed(_ failure: CommandFailure) {
        guard case .starting = phase else {
            return logger.error("the conductor could not follow", metadata: ["reason": "\(failure.description)"])
        }
        self.failure = failure
        stop(step: 0)
    }

    // MARK: Starting

    private mutating func ready(_ process: SupervisedProcess, _ line: String) throws {
        guard let index = members.firstIndex(where: { $0.process === process }) else { return }
        guard let announced = try? JSONDecoder().decode(NodeAnnouncement.self, from: Data(line.utf8)) else {
            logger.error("a node says what nobody understands", metadata: ["process.name": "\(process.name)"])
            return
        }
        members[index].announced = announced
        try launcher.folder.note(announced)
    }

    /// Starts the edge when all others are ready, and says that everything serves when it is.
    private mutating func goOn(
        _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ post: @escaping @Sendable (Event) -> Void
    ) throws {
        switch phase {
        case .starting:
            guard members.allSatisfy({ $0.announced != nil }) else { return }
            let edge = NodeLauncher.places(of: topology).first { $0.role == .edge }
            if let edge, !members.contains(where: { $0.place.role == .edge }) {
                try writeEdgeFile()
                return start(edge, &group, post)
            }
            phase = .running
            try onReady(members.compactMap(\.announced))
        case .running:
            // A node that was started again may have another port.
            try writeEdgeFile()
        case .stopping: break
        }
    }

    /// Writes the file of the edge, and has it read where it is another one.
    private func writeEdgeFile() throws {
        guard let edge = topology.nodes.first(where: { $0.role == .edge }) else { return }
        let servers = members.compactMap { member in
            member.announced.flatMap { announced in
                guard let address = announced.address, let admin = announced.admin, member.place.role.servesWeb else {
                    return nil as EdgeFileText.Server?
                }
                return EdgeFileText.Server(address: address, admin: admin)
            }
        }
        let text = EdgeFileText(source: source, edge: edge, servers: servers, gateways: gateways).text
        let file = launcher.folder.edgeFile
        let before = FileManager.default.contents(atPath: file)
        guard before != Data(text.utf8) else { return }
        try launcher.folder.write(text, to: file)
        members.first { $0.place.role == .edge }?.process.send(SIGHUP)
    }

    // MARK: Changing

    /// Adds and takes away nodes, as the topology says by now; what else is different in it needs a restart.
    private mutating func follow(
        _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ post: @escaping @Sendable (Event) -> Void
    ) throws {
        let target: Topology
        do {
            target = try reread()
        } catch {
            return console.note("the topology was not taken:\n\(CommandFailure(describing: error).description)")
        }
        guard topology.changedInCounts(to: target) != nil else {
            return console.note("the topology was not taken: while it runs, only 'count' of nodes may change")
        }
        topology = target
        try launcher.folder.write(topology.yaml, to: launcher.folder.topologyFile)
        let places = NodeLauncher.places(of: topology)
        let surplus = members.filter { !places.contains($0.place) }
        for place in places where !members.contains(where: { $0.place == place }) { start(place, &group, post) }
        // The edge forgets a node first; the node's own drain gives it the time for that.
        for member in surplus { members.removeAll { $0.place == member.place } }
        try writeEdgeFile()
        for member in surplus { member.process.stop() }
        let names = { (places: [NodeLauncher.Place]) in places.map(\.name).joined(separator: ", ") }
        console.note("the topology was taken: \(names(places))")
    }

    // MARK: Stopping

    /// Stops the members of a step, or of the next that has any.
    private mutating func stop(step: Int) {
        for next in step..<Self.steps.count {
            phase = .stopping(next)
            let ending = members.filter { Self.steps[next].contains($0.place.role) }
            for member in ending { member.process.stop() }
            if !ending.isEmpty { return }
        }
    }
}
