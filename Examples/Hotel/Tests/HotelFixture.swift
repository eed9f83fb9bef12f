import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import Pando
import PandoDatabase
import PandoMessaging

@testable import HotelService

/// A hotel service that runs for one test, on a copy of a database that was seeded once.
struct HotelFixture: Sendable {
    let node: Node
    let client: HotelClient
    /// The folder of its data.
    let folder: String

    /// Runs the service on free ports while `body` does.
    static func run<R: Sendable>(
        in folder: String? = nil,
        mail: MailSettings = .maildir,
        _ body: @escaping @Sendable (HotelFixture) async throws -> R
    ) async throws -> R {
        let folder = if let folder { folder } else { try await seeded.copy() }
        let nodes = try await makeNodes(folder, mail)
        return try await withThrowingTaskGroup(of: R?.self) { group in
            let (ready, readiness) = AsyncStream<Node.Addresses>.makeStream(
                bufferingPolicy: .bufferingNewest(nodes.count)
            )
            for node in nodes {
                group.addTask {
                    try await node.run(signals: [], onReady: { readiness.yield($0) })
                    return nil
                }
            }
            group.addTask {
                var ports: [Int] = []
                for await addresses in ready {
                    ports.append(addresses.servicePort)
                    if ports.count == nodes.count { break }
                }
                let client = HotelClient(ports: ports)
                return try await body(HotelFixture(node: nodes[0], client: client, folder: folder))
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// How many copies of the service share a test's database: as many as `PANDO_TEST_COPIES` says, on PostgreSQL.
    static var copies: Int {
        let environment = ProcessInfo.processInfo.environment
        guard environment["PANDO_TEST_DATABASE"]?.isEmpty == false else { return 1 }
        return environment["PANDO_TEST_COPIES"].flatMap(Int.init) ?? 1
    }

    private static func makeNodes(_ folder: String, _ mail: MailSettings) async throws -> [Node] {
        var nodes: [Node] = []
        for _ in 0..<copies {
            let node = try await makeNode(folder, mail)
            try await node.prepare()
            nodes.append(node)
        }
        return nodes
    }

    /// Waits until every consumer has done all its messages.
    func becomesQuiet() async throws {
        while true {
            let groups = try await node.messaging.statistics()
            // Each domain's group is there from when its consumer has begun.
            let haveBegun = Set(groups.map(\.group)).isSuperset(of: ["availability", "mail", "stock"])
            if haveBegun, groups.allSatisfy({ $0.ready + $0.pending == 0 }) { return }
            // Consumers offer nothing to await; the test's time limit bounds it.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    fileprivate static func makeNode(_ folder: String, _ mail: MailSettings = .maildir) async throws -> Node {
        var configuration = NodeConfiguration()
        configuration.port = 0
        configuration.adminPort = 0
        configuration.dataFolder = folder
        configuration.database = try HotelDatabase.location(folder)
        configuration.rateLimit = nil
        configuration.shedsOverload = false
        var logger = Logger(label: "hotel-test")
        logger.logLevel = .critical
        let app = HotelApp(passwordCost: PasswordHasher.Cost(logRounds: 4, repetitions: 1), mail: mail)
        return try await Node.make(app, configuration, logger: logger)
    }

    private static let seeded = SeededFolder()
}

/// A data folder with the demo in it, made once for all tests.
private actor SeededFolder {
    private var template: Task<String, any Error>?

    /// A copy for one test, in the system's temporary folder.
    func copy() async throws -> String {
        let template = template ?? Task { try await Self.make() }
        self.template = template
        let source = try await template.value
        let folder = Self.newFolder()
        try FileManager.default.copyItem(atPath: source, toPath: folder)
        try await HotelDatabase.copy(source, to: folder)
        return folder
    }

    private static func make() async throws -> String {
        let folder = newFolder()
        try await HotelDatabase.make(folder)
        let node = try await HotelFixture.makeNode(folder)
        try await node.prepare()
        await node.database.close()
        return folder
    }

    private static func newFolder() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("hotel-\(Identifier())").path
    }
}
