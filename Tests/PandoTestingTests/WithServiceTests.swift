import Foundation
import Hummingbird
import Pando
import PandoDatabase
import PandoMessaging
import PandoTesting
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1))) struct WithServiceTests {
    private struct Stop: Error {}

    @Test func aServiceAnswersAndItsConsumersFinish() async throws {
        try await withService(EchoApp()) { service in
            #expect(try await service.post("/say", json: "hello").status == 201)
            #expect(try await service.post("/say", json: "hello").status == 201)
            try await service.becomesQuiet()
            #expect(try await service.get("/times?words=hello").text == "2")
        }
    }

    @Test func dataIsRemovedAtTheEndAlsoWhenTheBodyThrows() async throws {
        let (data, continuation) = AsyncStream.makeStream(of: TestData.self, bufferingPolicy: .bufferingOldest(1))
        await #expect(throws: Stop.self) {
            try await withService(EchoApp()) { service in
                #expect(FileManager.default.fileExists(atPath: service.data.folder))
                continuation.yield(service.data)
                throw Stop()
            }
        }
        for await data in data {
            #expect(!FileManager.default.fileExists(atPath: data.folder))
            await #expect(throws: (any Error).self) {
                let database = try await Database.open(Database.Configuration(data.database))
                await database.close()
            }
            break
        }
    }

    @Test func dataThatIsGivenStays() async throws {
        let data = try await TestData.make()
        try await withService(EchoApp(), data: data) { try await $0.post("/say", json: "hello") }
        let copy = try await data.copy()
        for data in [data, copy] {
            try await withService(EchoApp(), data: data) { service in
                try await service.becomesQuiet()
                #expect(try await service.get("/times?words=hello").text == "1")
            }
            try await data.remove()
        }
    }

    @Test func copiesAreAskedInTurn() async throws {
        try await withService(EchoApp(), copies: 2) { service in
            let copies = TestEngine.current == .sqlite ? 1 : 2
            #expect(service.nodes.count == copies)
            var answers: Set<String> = []
            for _ in 1...4 { answers.insert(try await service.get("/copy").text) }
            #expect(answers.count == copies)
        }
    }

    @Test func theAppsOwnSettingsHoldAndTheTestsWin() async throws {
        struct Settings: App {
            static let name = "settings"
            var domains: [any Domain] { [Echo()] }
            func configure(_ configuration: inout NodeConfiguration) {
                configuration.port = 1
                configuration.compressesResponses = false
                configuration.limits.connections = 7
            }
        }
        try await withService(Settings(), configure: { $0.limits.connections = 9 }) { service in
            let configuration = service.node.configuration
            #expect(configuration.port == 0)
            #expect(!configuration.compressesResponses)
            #expect(configuration.limits.connections == 9)
        }
    }

    @Test func aServiceThatFailsCancelsTheTestAndSaysWhy() async throws {
        struct Failing: Domain {
            static let name = "failing"
            struct Breaking: Service {
                func run() async throws { throw Stop() }
            }
            func register(_ domain: inout DomainBuilder) { domain.service(Breaking()) }
        }
        struct FailingApp: App {
            static let name = "failing"
            var domains: [any Domain] { [Failing()] }
        }
        await #expect(throws: Stop.self) {
            // Only being cancelled ends it.
            try await withService(FailingApp()) { _ in try await Task.sleep(for: .seconds(600)) }
        }
    }

    @Test func whoIsNotQuietIsNamed() async throws {
        struct Stuck: Domain {
            static let name = "stuck"
            func register(_ domain: inout DomainBuilder) throws {
                let database = domain.database
                domain.beforeServing {
                    _ = try await database.write { tx in try await tx.publish(Said(words: "x"), key: "x") }
                }
                try domain.deliver(Said.self, as: "never") { _ in try await Task.sleep(for: .seconds(600)) }
            }
        }
        struct StuckApp: App {
            static let name = "stuck"
            var domains: [any Domain] { [Stuck()] }
        }
        let error = await #expect(throws: TestingError.self) {
            try await withService(StuckApp(), copies: 1, configure: { $0.shutdownTimeout = .milliseconds(1) }) {
                service in
                while try await service.node.messaging.statistics().first?.pending != 1 { await Task.yield() }
                try await service.becomesQuiet(within: .milliseconds(1))
            }
        }
        #expect(error?.code == .notQuiet)
        #expect(error?.message.contains("the group 'never' has 1 messages of 'said' to do") == true)
    }
}
