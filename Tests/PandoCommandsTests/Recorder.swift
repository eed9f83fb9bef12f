import Foundation
import PandoCommands
import Synchronization

/// A console whose output a test reads.
final class Recorder: Sendable {
    private let state = Mutex((result: "", notes: ""))
    private let (written, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Standard output.
    var result: String { state.withLock(\.result) }
    /// Standard error.
    var notes: String { state.withLock(\.notes) }

    func console(isTerminal: Bool = false) -> Console {
        Console(
            isTerminal: isTerminal,
            result: { text in self.write { $0.result += text } },
            note: { text in self.write { $0.notes += text } }
        )
    }

    private func write(_ change: (inout (result: String, notes: String)) -> Void) {
        state.withLock { change(&$0) }
        continuation.yield()
    }

    /// Returns when there is output of either kind; for one waiter.
    func waitForOutput() async {
        for await _ in written where !(result.isEmpty && notes.isEmpty) { return }
    }
}

/// A new empty folder, removed when the body returns.
func withTemporaryFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("pando-commands-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let outcome: Result<R, any Error>
    do { outcome = .success(try await body(url.path)) } catch { outcome = .failure(error) }
    try FileManager.default.removeItem(at: url)
    return try outcome.get()
}
