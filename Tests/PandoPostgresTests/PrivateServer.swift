import Foundation
import Logging
import PandoConductor
import TestSupport
import Testing

/// Runs the tests of a suite with one server of their own.
struct PrivateServer: SuiteTrait, TestScoping {
    let maximumConnections: Int

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let parent = "/tmp/pando-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: parent) }
        var configuration = LocalPostgres.Configuration(folder: "\(parent)/postgres")
        configuration.maximumConnections = maximumConnections
        configuration.settings = ["fsync": "off", "shared_buffers": "16MB", "autovacuum": "off"]
        configuration.port = try LoopbackPort().number
        let (started, starts) = AsyncStream<LocalPostgres>.makeStream()
        let (ended, ends) = AsyncStream<Void>.makeStream()
        // Unstructured, since `function` may not escape into the server's body; ended and awaited below.
        let run = Task { [configuration] in
            defer { starts.finish() }
            try await LocalPostgres.run(configuration, logger: Logger(label: "postgres-tests")) { postgres in
                starts.yield(postgres)
                for await _ in ended {}
            }
        }
        for await postgres in started {
            let server = TestServer(postgres: postgres, folder: configuration.folder)
            try await TestServer.$current.withValue(server) { try await function() }
            break
        }
        ends.finish()
        try await run.value
    }
}

extension Trait where Self == PrivateServer {
    /// One server for the suite, which takes so many connections, three of them for its administrator.
    static func privateServer(maximumConnections: Int) -> Self {
        PrivateServer(maximumConnections: maximumConnections)
    }
}
