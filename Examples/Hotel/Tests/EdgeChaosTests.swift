import Foundation
import PandoTesting
import Testing

/// The short form of `scripts/edge-chaos`: the hotel's own processes behind its edge, on a private PostgreSQL, while some are killed,
/// drained, added and taken away.
@Suite(.serialized, .enabled(if: TestEngine.current == .sqlite, "it brings its own database"))
struct EdgeChaosTests {
    @Test(.timeLimit(.minutes(5))) func noRequestFailsAndNoBookingIsLost() async throws {
        let (status, text) = try await Self.run(seed: 7, steps: 5, port: 18_180, control: false)
        #expect(status == 0, "\(text)")
        #expect(text.contains("edge-chaos: no request failed"))
    }

    @Test(.timeLimit(.minutes(5))) func withoutProbesAndRepeatsRequestsFail() async throws {
        let (status, text) = try await Self.run(seed: 4, steps: 3, port: 18_380, control: true)
        #expect(status == 0, "\(text)")
        #expect(text.contains("requests failed, as they must"))
    }

    /// Runs the script with the hotel that was built beside the tests.
    private static func run(seed: Int, steps: Int, port: Int, control: Bool) async throws -> (Int32, String) {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardizedFileURL
        let tests = try #require(Bundle.main.executableURL)
        let process = Process()
        process.executableURL = root.appendingPathComponent("scripts/edge-chaos")
        process.arguments = [
            tests.deletingLastPathComponent().appendingPathComponent("hotel").path, "--poisson", "15", "--users", "4",
            "--timeout", "60s",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "EDGE_CHAOS_SEED": "\(seed)", "EDGE_CHAOS_STEPS": "\(steps)", "EDGE_CHAOS_PORT": "\(port)",
            "EDGE_CHAOS_CONTROL": control ? "1" : "",
        ]) { $1 }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("edge-chaos-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = try FileHandle(forWritingTo: file)
        process.standardOutput = output
        process.standardError = output
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (status, try String(contentsOf: file, encoding: .utf8))
    }
}
