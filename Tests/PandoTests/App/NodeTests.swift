import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PandoDatabase
import PandoEvents
import PandoMessaging
import PandoTelemetry
import ServiceLifecycle
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct NodeTests {
    private func configuration() -> NodeConfiguration {
        var configuration = NodeConfiguration()
        configuration.port = 0
        configuration.adminPort = 0
        configuration.dataFolder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-\(UUID())").path
        return configuration
    }

    private var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Runs a node, hands its ports to `body`, and stops it gracefully.
    private func withNode(
        _ configuration: NodeConfiguration,
        _ body: @escaping @Sendable (Node, Node.Addresses) async throws -> Void
    ) async throws {
        let node = try await Node.make(NotesApp(), configuration, logger: logger)
        try await withRunning(node) { addresses, stop in
            try await body(node, addresses)
            stop.stop()
        }
    }

    /// Runs a node and hands its ports to `body`, which stops it gracefully when it likes.
    private func withRunning(_ node: Node, _ body: (Node.Addresses, StopTrigger) async throws -> Void) async throws {
        try await node.prepare()
        let (addresses, continuation) = AsyncStream.makeStream(
            of: Node.Addresses.self,
            bufferingPolicy: .bufferingOldest(1)
        )
        let stop = StopTrigger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await stop.run { try await node.run(signals: [], onReady: { continuation.yield($0) }) }
            }
            for await address in addresses {
                try await body(address, stop)
                break
            }
            try await group.waitForAll()
        }
    }

    @Test func rolesDivideTheWork() async throws {
        var web = configuration()
        web.consumesMessages = false
        try await withNode(web) { _, addresses in
            try await TestClient.with(port: addresses.servicePort) { client in
                let body = ByteBuffer(string: #"{"text":"hello"}"#)
                let created = try await client.call("/notes", .post, body)
                #expect(created.status == .created)
            }
        }
        var worker = web
        (worker.servesRequests, worker.consumesMessages) = (false, true)
        try await withNode(worker) { node, addresses in
            #expect(addresses.service.isEmpty && addresses.servicePort == 0 && addresses.adminPort != 0)
            var groups = try await node.messaging.statistics()
            // What a node left that consumes nothing; ask until its effect is there.
            while groups.isEmpty || groups.contains(where: { $0.ready + $0.pending > 0 }) {
                groups = try await node.messaging.statistics()
            }
        }
        try await withNode(web) { _, addresses in
            try await TestClient.with(port: addresses.servicePort) { client in
                let audit = try await client.call("/audit")
                #expect(audit.body.map { String(buffer: $0) } == "1")
            }
        }
    }

    @Test func appServesFromRoutesToConsumers() async throws {
        try await withNode(configuration()) { node, addresses in
            try await TestClient.with(port: addresses.servicePort) { client in
                let body = ByteBuffer(string: #"{"text":"hello"}"#)
                let created = try await client.call("/notes", .post, body)
                #expect(created.status == .created)
                let note = try JSONDecoder().decode(Note.self, from: Data(created.body.map { Array(buffer: $0) } ?? []))
                let read = try await client.call("/notes/\(note.id)")
                #expect(read.status == .ok)
                #expect(try await client.call("/notes/\(Identifier())").status == .notFound)
                #expect(try await client.call("/static/site.css").status == .ok)
                // The consumer is woken by the commit; ask until its effect is there.
                var counted = ""
                while counted != "1" {
                    counted = try await client.call("/audit").body.map { String(buffer: $0) } ?? ""
                }
                let asked = try await client.call("/counted")
                #expect(asked.body.map { String(buffer: $0) } == "1 1")
                let trespass = try await client.call("/trespass")
                #expect(trespass.status == .internalServerError)
            }
            try await TestClient.with(port: addresses.adminPort) { client in
                #expect(try await client.call("/livez").status == .ok)
                #expect(try await client.call("/readyz").status == .ok)
                #expect(try await client.call("/health").status == .ok)
                let text = try await client.call("/metrics").body.map { String(buffer: $0) } ?? ""
                #expect(text.contains("pando_http_requests_total{route=\"/notes\",method=\"POST\",status=\"201\"} 1"))
                #expect(text.contains("pando_http_concurrency_limit"))
                #expect(text.contains("pando_http_connections"))
            }
            #expect(node.routes.contains { $0.route == "GET /notes/{id}" && $0.domain == "notes" })
        }
    }

    @Test func dataSurvivesARestart() async throws {
        let configuration = configuration()
        for expected in ["0", "1"] {
            try await withNode(configuration) { _, addresses in
                try await TestClient.with(port: addresses.servicePort) { client in
                    if expected == "0" {
                        let body = ByteBuffer(string: #"{"text":"hello"}"#)
                        #expect(try await client.call("/notes", .post, body).status == .created)
                    }
                    var counted = ""
                    while counted != "1" {
                        counted = try await client.call("/audit").body.map { String(buffer: $0) } ?? ""
                    }
                }
            }
        }
    }

    @Test func requestInHandFinishesAtAStop() async throws {
        struct Slow: Domain {
            static let name = "slow"
            let entered: AsyncStream<Void>.Continuation
            let release: AsyncStream<Void>

            func register(_ domain: inout DomainBuilder) {
                let (entered, release) = (entered, release)
                domain.routes { router in
                    router.get("slow") { _, _ in
                        entered.yield()
                        for await _ in release { break }
                        return "finished"
                    }
                }
            }
        }
        struct SlowApp: App {
            static let name = "slow"
            var domains: [any Domain] = []
            init() {}
            init(_ domain: any Domain) { domains = [domain] }
        }
        let (entered, enteredContinuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let domain = Slow(entered: enteredContinuation, release: release)
        let node = try await Node.make(SlowApp(domain), configuration(), logger: logger)
        try await node.prepare()
        let (addresses, continuation) = AsyncStream.makeStream(
            of: Node.Addresses.self,
            bufferingPolicy: .bufferingOldest(1)
        )
        let stop = StopTrigger()
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                try await stop.run { try await node.run(signals: [], onReady: { continuation.yield($0) }) }
                return "stopped"
            }
            var port = 0
            for await address in addresses {
                port = address.servicePort
                break
            }
            group.addTask { [port] in
                try await RawClient.exchange(port: port, Array("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
            }
            for await _ in entered { break }
            stop.stop()
            // Draining is announced before the request ends.
            while node.health.phase != .draining { await Task.yield() }
            releaseContinuation.yield()
            let results = try await group.reduce(into: []) { $0.append($1) }
            #expect(results.contains("stopped"))
            #expect(results.contains { $0.hasSuffix("finished") && $0.contains("Connection: close") }, "\(results)")
        }
    }

    @Test func theAdminServerAnswersWhileServicesFinish() async throws {
        struct Finishing: Service {
            let began: AsyncStream<Void>.Continuation
            let release: AsyncStream<Void>

            func run() async throws {
                try await gracefulShutdown()
                began.yield()
                for await _ in release { break }
            }
        }
        struct Host: Domain {
            static let name = "host"
            let service: Finishing

            func register(_ domain: inout DomainBuilder) { domain.service(service) }
        }
        struct HostApp: App {
            static let name = "host"
            var domains: [any Domain] = []
            init() {}
            init(_ domain: any Domain) { domains = [domain] }
        }
        let (began, beganContinuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let app = HostApp(Host(service: Finishing(began: beganContinuation, release: release)))
        let node = try await Node.make(app, configuration(), logger: logger)
        try await withRunning(node) { address, stop in
            stop.stop()
            for await _ in began { break }
            try await TestClient.with(port: address.adminPort) { client in
                let (alive, ready) = (try await client.call("/livez"), try await client.call("/readyz"))
                #expect(alive.status == .ok)
                #expect(ready.status == .serviceUnavailable)
            }
            releaseContinuation.yield()
        }
    }

    @Test func aNodeChecksItsReadModels() async throws {
        struct Written: Projection {
            let name = "written"
            let events = EventSelection.all
            func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {}
        }
        struct Reader: Domain {
            static let name = "reader"
            func register(_ domain: inout DomainBuilder) { domain.projection(Written()) }
        }
        struct ReaderApp: App {
            static let name = "reader"
            var domains: [any Domain] { [Reader()] }
        }
        let node = try await Node.make(ReaderApp(), configuration(), logger: logger)
        #expect(await node.health.report().checks.map(\.name) == ["projections"])
        await node.database.close()
    }

    @Test func drainingIsSaidBeforeTheServiceStopsToAccept() async throws {
        var configuration = configuration()
        configuration.drainDelay = .seconds(3)
        let node = try await Node.make(NotesApp(), configuration, logger: logger)
        try await withRunning(node) { address, stop in
            stop.stop()
            try await TestClient.with(port: address.adminPort) { client in
                while try await client.call("/readyz").status != .serviceUnavailable {}
            }
            let request = Array("GET /audit HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
            let answer = try await RawClient.exchange(port: address.servicePort, request)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test func connectionsAboveTheLimitWait() async throws {
        var configuration = configuration()
        configuration.limits.connections = 1
        try await withNode(configuration) { _, addresses in
            let port = addresses.servicePort
            let request = "GET /audit HTTP/1.1\r\nHost: h\r\n\r\n"
            try await RawClient.with(port: port) { first in
                try await first.send(request)
                _ = try await first.read(until: "\r\n\r\n0")
                try await withThrowingTaskGroup(of: String.self) { group in
                    group.addTask {
                        try await RawClient.with(port: port) { second in
                            try await second.send(request)
                            return try await second.read(until: "\r\n\r\n0")
                        }
                    }
                    // The one that is served goes on being served, and leaves its place at last.
                    try await first.send("GET /audit HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    let both = await first.readToEnd()
                    #expect(both.components(separatedBy: "HTTP/1.1 200").count == 3)
                    #expect(try await group.next()?.hasPrefix("HTTP/1.1 200") == true)
                }
            }
        }
    }

    @Test func adminAnswersOnlyToItsAddress() async throws {
        try await withNode(configuration()) { _, addresses in
            for (host, status) in [
                ("127.0.0.1:9", "200"), ("localhost", "200"), ("[::1]:9", "200"), ("evil.com", "421"),
            ] {
                let request = "GET /livez HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
                let answer = try await RawClient.exchange(port: addresses.adminPort, Array(request.utf8))
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(host)")
            }
        }
    }

    @Test func contradictionsAreRefusedAtTheStart() async throws {
        struct Twin: Domain {
            static let name = "twin"
            func register(_ domain: inout DomainBuilder) throws {
                domain.routes { $0.get("notes/:note") { _, _ in "" } }
            }
        }
        struct Twins: App {
            static let name = "twins"
            var domains: [any Domain] { [Audit(), Notes(), Twin()] }
        }
        struct SameName: App {
            static let name = "same"
            var domains: [any Domain] { [Twin(), Twin()] }
        }
        struct BadName: App {
            static let name = "Not A Name"
            var domains: [any Domain] { [] }
        }
        await #expect { try await Node.make(Twins(), configuration(), logger: logger) } throws: { error in
            "\(error)".contains("/notes/{note} of domain 'twin' takes the requests of /notes/{id} of domain 'notes'")
        }
        await #expect { try await Node.make(SameName(), configuration(), logger: logger) } throws: {
            ($0 as? NodeError)?.code == .duplicate
        }
        await #expect { try await Node.make(BadName(), configuration(), logger: logger) } throws: {
            ($0 as? NodeError)?.code == .invalidName
        }
        struct Lonely: App {
            static let name = "lonely"
            var domains: [any Domain] { [Notes()] }
        }
        await #expect { try await Node.make(Lonely(), configuration(), logger: logger) } throws: {
            ($0 as? NodeError)?.code == .missingInterface
        }
        var ports = configuration()
        ports.port = 70_000
        await #expect { try await Node.make(NotesApp(), ports, logger: logger) } throws: {
            ($0 as? NodeError)?.code == .invalidConfiguration
        }
    }

    @Test func takenPortIsSaidSo() async throws {
        try await withNode(configuration()) { _, addresses in
            var second = configuration()
            second.port = addresses.servicePort
            let node = try await Node.make(NotesApp(), second, logger: logger)
            try await node.prepare()
            await #expect { try await node.run(signals: []) } throws: { ($0 as? NodeError)?.code == .cannotListen }
        }
    }

    @Test func aSecondNodeOnTheSameDatabaseIsRefused() async throws {
        let configuration = configuration()
        try await withNode(configuration) { _, _ in
            let node = try await Node.make(NotesApp(), configuration, logger: logger)
            try await node.prepare()
            await #expect { try await node.run(signals: []) } throws: { error in
                guard let error = error as? DatabaseError else { return false }
                return error.code == .busy && error.message.contains("process \(getpid())")
            }
        }
        // The first has ended, so the database is free.
        try await withNode(configuration) { _, _ in }
    }

    @Test func anotherProgramsDatabaseIsRefused() async throws {
        struct Other: App {
            static let name = NotesApp.name
            var domains: [any Domain] { [Audit()] }
        }
        struct Stranger: App {
            static let name = NotesApp.name
            var domains: [any Domain] { [Shop()] }
        }
        struct Shop: Domain {
            static let name = "shop"
            func register(_ domain: inout DomainBuilder) throws {}
        }
        let configuration = configuration()
        let (first, fewer) = (
            try await Node.make(NotesApp(), configuration, logger: logger),
            try await Node.make(Other(), configuration, logger: logger)
        )
        try await first.prepare()
        try await fewer.prepare()
        let stranger = try await Node.make(Stranger(), configuration, logger: logger)
        await #expect { try await stranger.prepare() } throws: { ($0 as? DatabaseError)?.code == .schemaMismatch }
        for node in [first, fewer, stranger] { await node.database.close() }
    }
}
