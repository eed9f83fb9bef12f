import Foundation
import Synchronization

/// Follows the file of a run's events while it is written.
final class TestRecorder: Sendable {
    private struct State {
        var tally: TestTally
        var file: FileHandle?
        /// The beginning of a line that is not written to its end yet.
        var rest = Data()
        var lines = 0
    }

    private let path: String
    private let state: Mutex<State>

    /// - Parameters:
    ///   - path: the file of events; it need not be there yet.
    ///   - folder: the package, which places in the source are told relative to.
    init(_ path: String, folder: String) {
        self.path = path
        state = Mutex(State(tally: TestTally(folder: folder.hasSuffix("/") ? folder : folder + "/")))
    }

    /// Reads what has been written by now.
    ///
    /// - Throws: ``CommandFailure`` where it is not in the form that is known.
    @discardableResult
    func read() throws -> TestTally {
        try state.withLock { state in
            state.file = state.file ?? FileHandle(forReadingAtPath: path)
            state.rest += try state.file?.readToEnd() ?? Data()
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = state.rest[..<end]
                state.rest = state.rest[(end + 1)...]
                state.lines += 1
                guard !line.isEmpty else { continue }
                do {
                    state.tally.take(try TestEvent(line: line))
                } catch {
                    throw CommandFailure(
                        .failed,
                        "line \(state.lines) of \(path) is not as Swift Testing writes its events (version 0): \(error)",
                        remedy: "use the Swift that pando is built with"
                    )
                }
            }
            return state.tally
        }
    }

    /// Reads the rest, once the process has ended.
    ///
    /// - Parameter ending: how it ended, in words; nil where it says that all is well.
    func finish(_ ending: String?) throws -> TestTally {
        var tally = try read()
        tally.finish(ending)
        return tally
    }
}
