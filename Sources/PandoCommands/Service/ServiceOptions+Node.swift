import Logging
import Pando
import PandoDatabase
import PandoEvents
import PandoMessaging
import PandoTopology

extension ServiceOptions {
    /// Puts the app's node together without running it, lends it, and closes its database.
    func withNode<A: App, R: Sendable>(
        _ app: A.Type,
        _ body: @escaping @Sendable (Node, ServicePlace) async throws -> R
    ) async throws -> R {
        let place = try place(A())
        try place.requireChosenEngine()
        try place.makeFolders()
        return try await place.database.serving(.quiet(A.name)) { location in
            let app = A()
            let node = try await Node.make(app, place.configuration(of: app, location), logger: .quiet(A.name))
            do {
                let result = try await body(node, place)
                await node.database.close()
                return result
            } catch {
                await node.database.close()
                throw error
            }
        }
    }

    /// The queue of an app that has been started before.
    func withMessaging<A: App, R: Sendable>(
        _ app: A.Type,
        _ body: @escaping @Sendable (Messaging) async throws -> R
    ) async throws -> R {
        try place(A()).requireDatabase(A.name)
        return try await withNode(app) { node, _ in try await body(node.messaging) }
    }

    /// The read models of an app that has been started before.
    func withProjections<A: App, R: Sendable>(
        _ app: A.Type,
        _ body: @escaping @Sendable (Projections) async throws -> R
    ) async throws -> R {
        try place(A()).requireDatabase(A.name)
        return try await withNode(app) { node, _ in try await body(node.projections) }
    }
}

extension ServicePlace {
    /// Where dashboard, metrics and health are; any free port of this machine where the topology says nothing.
    var adminAddress: Address { node.admin ?? Address(host: "127.0.0.1", port: 0) }

    /// The same place with other addresses.
    func listening(at address: Address?, admin: Address?) -> ServicePlace {
        var place = self
        place.topology = topology.listening(at: address, admin: admin)
        return place
    }

    /// The same place for one process of several.
    func asOne(_ node: NodeGroup) -> ServicePlace {
        var place = self
        place.own = node
        return place
    }

    /// How the node of the topology is started.
    func configuration(of app: some App, _ location: Database.Configuration.Location) -> NodeConfiguration {
        var configuration = NodeConfiguration()
        app.configure(&configuration)
        configuration.host = node.address.host
        configuration.port = node.address.port
        configuration.adminHost = adminAddress.host
        configuration.adminPort = adminAddress.port
        configuration.dataFolder = dataFolder
        configuration.database = location
        configuration.servesRequests = node.role.servesWeb
        configuration.consumesMessages = node.role.consumesMessages
        if own != nil, topology.nodes.contains(where: { $0.role == .edge }) { stand(behindAnEdge: &configuration) }
        return configuration
    }

    /// The edge is on this machine: what it says of the client is true, and it needs a moment to see that a node goes.
    private func stand(behindAnEdge configuration: inout NodeConfiguration) {
        configuration.drainDelay = max(configuration.drainDelay, EdgeFileText.drainDelay)
        guard configuration.trustedProxies == .none else { return }
        configuration.trustedProxies = TrustedProxies(["127.0.0.0/8", "::1"]) ?? .none
    }
}

extension Topology {
    /// The same topology with the site at another address, and the admin page of the first node that answers requests.
    func listening(at address: Address?, admin: Address?) -> Topology {
        var topology = self
        let node = topology.nodes.firstIndex(where: \.role.servesWeb) ?? 0
        let site = topology.nodes.firstIndex { $0.role == .edge } ?? node
        if let address { topology.nodes[site].address = address }
        if let admin { topology.nodes[node].admin = admin }
        return topology
    }
}

extension Logger {
    /// A logger of commands that do one thing and say themselves what came of it.
    static func quiet(_ label: String) -> Logger {
        var logger = Logger(label: label)
        logger.logLevel = .error
        return logger
    }
}

extension Address {
    /// An address that a client on this machine can use: "all of this machine" becomes the loopback interface.
    var reachable: Address {
        switch host {
        case "0.0.0.0": Address(host: "127.0.0.1", port: port)
        case "::": Address(host: "::1", port: port)
        default: self
        }
    }
}
