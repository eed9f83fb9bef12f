import ArgumentParser
import Foundation
import Logging
import Pando
import PandoTelemetry
import PandoTopology

/// `up`: migrate, seed, serve.
struct UpCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "up",
            abstract: "Migrate, seed and serve, until Ctrl-C or SIGTERM.",
            discussion: """
                A stop lets requests and consumers in hand finish; a second Ctrl-C forces it. Logs are JSON on standard error.

                Rung 1 is one process. Rung 2 has an edge in front of it: load balancer, gateways, TLS where the topology names \
                a certificate. Rung 3 has two nodes that answer requests and one that consumes messages, on PostgreSQL, private \
                or at an address. The processes of a topology are started by this one, started again when they die, and \
                stopped in their order; each tells its name in its logs. What runs is in the folder 'run' of the data: \
                the edge's file, a file for each node. SIGHUP reads the topology again: 'count' of nodes may change while all \
                of it serves.

                EXAMPLES
                  \(A.name) up
                  \(A.name) up --rung 3
                  \(A.name) up --address 0.0.0.0:8080 --data /var/lib/\(A.name)
                  \(A.name) up --topology topology.yaml --json

                \(CommandStatus.table)
                """
        )
    }

    @Option(help: ArgumentHelp("Where the site listens, instead of the topology's address.", valueName: "host:port"))
    var address: String?
    @Option(
        help: ArgumentHelp(
            "Where dashboard, metrics and health listen; keep it from strangers.",
            valueName: "host:port"
        )
    )
    var admin: String?
    @Option(
        help: ArgumentHelp(
            "The least level that is logged: trace, debug, info, notice, warning, error, critical.",
            valueName: "level"
        )
    )
    var logLevel = Logger.Level.notice.rawValue
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions
    /// What a conductor gives a process that it starts: which node it is.
    @Option(help: .hidden) var node: String?
    /// What that node does.
    @Option(help: .hidden) var role: String?
    /// The conductor's process.
    @Option(help: .hidden) var conductor: Int32?

    mutating func validate() throws {
        for (option, text) in [("--address", address), ("--admin", admin)] {
            guard let text, let problem = Address.problem(with: text) else { continue }
            throw ValidationError("\(option): \(problem).")
        }
        let levels = Logger.Level.allCases.map(\.rawValue)
        if !levels.contains(logLevel) {
            throw ValidationError("--log-level: '\(logLevel)' is not one of \(levels.joined(separator: ", ")).")
        }
    }

    func run(_ console: Console) async throws -> CommandStatus {
        let began = ContinuousClock.now
        let place = try service.place(A())
        let (site, admin) = (address.flatMap(Address.init), admin.flatMap(Address.init))
        if let own = ownNode {
            // A conductor that died before the kernel was told of this process cannot stop it any more.
            guard conductor.map({ $0 == getppid() }) ?? true else { return .failed }
            try await serve(place.asOne(own), console) { addresses in
                let announced = NodeAnnouncement(
                    name: own.name ?? "",
                    role: own.role,
                    address: Address(addresses.service),
                    admin: Address(addresses.admin)
                )
                try? console.result(announced)  // the conductor is gone, and the kernel stops this process
            }
            return .done
        }
        try place.requireChosenEngine()
        let own = place.listening(at: site, admin: admin)
        if own.topology.isOneProcess {
            try UpCommand.requirePorts(of: own)
            try await serve(own, console) { addresses in
                let report = UpReport(name: A.name, own, addresses, startedIn: ContinuousClock.now - began)
                // A closed standard output is no reason to stop serving.
                try? console.result(report)
            }
        } else {
            try await conduct(own, console) { [service] in
                try service.place(A()).topology.listening(at: site, admin: admin)
            }
        }
        console.note("\(A.name): stopped")
        return .done
    }

    /// The node that this process was started as.
    private var ownNode: NodeGroup? {
        guard let node, let role = role.flatMap(Role.init), let address = address.flatMap(Address.init) else {
            return nil
        }
        return NodeGroup(role, address: address, admin: admin.flatMap(Address.init), name: node)
    }

    /// Writes JSON lines that tell which process they are of.
    func logger(_ lines: LogWriter, node: String?) -> Logger {
        let level = Logger.Level(rawValue: logLevel) ?? .notice
        var logger = Logger(label: A.name) { JSONLogHandler(label: $0, level: level, sink: lines) }
        if let node { logger[metadataKey: "node"] = "\(node)" }
        return logger
    }

    /// Names who holds a port before anything is opened.
    static func requirePorts(of place: ServicePlace) throws {
        for node in NodeLauncher.places(of: place.topology) {
            for (purpose, address) in [(ListenerPurpose.site, node.address), (.admin, node.admin)] {
                // A worker has no site; a page that nobody has named is at any port.
                if purpose == .site, node.role == .worker { continue }
                let finding = PortCheck(purpose: purpose, address: address).finding()
                guard finding.state == .failed else { continue }
                if let owner = PortOwner.find(port: address.port), place.isServed(by: owner.pid) {
                    throw CommandFailure(
                        .failed,
                        "\(owner) serves \(place.database) already, at \(address)",
                        remedy: "stop it first, or use another folder of data (--data) and other addresses "
                            + "(--address, --admin)"
                    )
                }
                throw CommandFailure(.failed, finding.found, remedy: finding.remedy)
            }
        }
    }
}
