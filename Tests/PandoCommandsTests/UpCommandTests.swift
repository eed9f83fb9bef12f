import Foundation
import TestSupport
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
            let listener = try LoopbackPort()
            defer { withExtendedLifetime(listener) {} }
            let port = listener.number
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
