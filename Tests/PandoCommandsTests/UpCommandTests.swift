import Foundation
import Testing

@testable import PandoCommands

@Suite struct UpCommandTests {
    private struct Ready: Decodable {
        let rung: Int
        let site: String
        let dashboard: String
        let metrics: String
    }

    @Test(.timeLimit(.minutes(1))) func servesSaysWhereAndStops() async throws {
        try await withTemporaryFolder { folder in
            let recorder = Recorder()
            let arguments = ["up", "--address", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data", folder, "--json"]
            let status = try await withThrowingTaskGroup(of: CommandStatus?.self) { group in
                group.addTask {
                    await CommandRunner.run(AppCommand<Ledger>.self, arguments, console: recorder.console())
                }
                group.addTask {
                    await recorder.waitForOutput()
                    let ready = try JSONDecoder().decode(Ready.self, from: Data(recorder.result.utf8))
                    #expect(ready.rung == 1)
                    #expect(ready.site.hasPrefix("http://127.0.0.1:"))
                    #expect(ready.metrics == ready.dashboard.replacing("/dashboard", with: "/metrics"))
                    return nil
                }
                var status: CommandStatus?
                for try await ended in group {
                    status = ended ?? status
                    group.cancelAll()
                }
                return status
            }
            #expect(status != nil)
            #expect(FileManager.default.fileExists(atPath: folder + "/ledger.sqlite"))
        }
    }

    @Test func portInUseIsNamedBeforeAnythingIsMade() async throws {
        try await withTemporaryFolder { folder in
            try await withListener { port in
                let recorder = Recorder()
                let arguments = ["up", "--address", "127.0.0.1:\(port)", "--data", folder + "/data"]
                let status = await CommandRunner.run(AppCommand<Ledger>.self, arguments, console: recorder.console())
                #expect(status == .failed)
                #expect(recorder.notes.contains("127.0.0.1:\(port) (site) is in use by "))
                #expect(recorder.notes.contains("(process \(getpid())); kill \(getpid())"))
                #expect(recorder.notes.contains("--address HOST:PORT"))
                #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
            }
        }
    }
}

/// Holds a port of the loopback interface until `body` returns.
func withListener<R>(_ body: (Int) async throws -> R) async throws -> R {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int in
            guard bind(descriptor, address, length) == 0, listen(descriptor, 1) == 0 else { return 0 }
            getsockname(descriptor, address, &length)
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }
    try #require(port > 0)
    return try await body(port)
}
