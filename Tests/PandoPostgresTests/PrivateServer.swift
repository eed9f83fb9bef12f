import Foundation
import Logging
import PandoConductor
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

/// A port of the loopback address that nobody else has while this lives.
final class LoopbackPort: Sendable {
    let number: Int
    let socket: Int32

    init() throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 64) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        try #require(isBound)
    }

    deinit {
        close(socket)
    }
}
