import Foundation
import Subprocess
import SystemPackage
import Testing

/// Whether the programs are here that the script takes.
private let hasPeers = ["nginx", "wrk", "h2load"].allSatisfy { name in
    ["/usr/bin", "/usr/sbin", "/usr/local/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
}

/// The short form of `scripts/edge-endure`: abandoned connections, reloads under load, and some thousand requests.
@Suite(.serialized, .enabled(if: hasPeers, "it needs nginx, wrk and h2load"))
struct EdgeEndureTests {
    @Test(.timeLimit(.minutes(5))) func itHoldsOut() async throws {
        let (isSuccess, text) = try await run("--abandoned", "500", "--reloads", "5", "--requests", "2000")
        #expect(isSuccess, "\(text)")
        #expect(text.contains("reloads: 5;"))
    }

    @Test(.timeLimit(.minutes(5))) func anEdgeThatIsStartedAgainFailsRequests() async throws {
        let (isSuccess, text) = try await run("--control")
        #expect(isSuccess, "\(text)")
        #expect(!text.contains(" 0 failed; HTTP/2"))
    }

    /// Runs the script with the command that was built beside the tests.
    private func run(_ options: String...) async throws -> (isSuccess: Bool, text: String) {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
        let tests = try #require(Bundle.main.executableURL)
        let edge = tests.deletingLastPathComponent().appendingPathComponent("pando").path
        let done = try await Subprocess.run(
            .path(FilePath(root.appendingPathComponent("scripts/edge-endure").path)),
            arguments: Arguments([edge, "--seed", "5"] + options),
            output: .string(limit: 1 << 20),
            error: .combinedWithOutput
        )
        return (done.terminationStatus.isSuccess, done.standardOutput)
    }
}
