import Foundation
import NIOPosix
import Synchronization

/// The writes of a run and what became of them: in memory, bounded, and if wanted in an append-only file.
///
/// The file has one JSON object a line, a line for each change of a write's outcome; the last line of a key counts. It is
/// written (and fsynced, if ``Configuration/durable``) once a second and at the end, off the event loops: what a crash of the
/// generator takes with it is at most that second. ``read(path:)`` reads it back.
public final class LoadJournal: Sendable {
    /// How a journal is kept.
    public struct Configuration: Sendable {
        /// The most writes; one more is not sent and fails with `journalFull`. A write takes some 200 bytes.
        public var maxWrites = 1_000_000
        /// The file to append to; nil for memory only. It is made if it is not there.
        public var path: String?
        /// Whether the file is fsynced each time it is written.
        public var durable = false

        /// Memory only, a million writes.
        public init() {}
    }

    private struct State {
        var writes: [LoadWrite] = []
        var unwritten: [UInt8] = []
        var refusedForSpace = 0
        var unsettled: [Int: LoadSettlement] = [:]
    }

    /// How the journal is kept.
    public let configuration: Configuration
    private let state = Mutex(State())

    /// Makes an empty journal; the file is opened at the first flush.
    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Notes that a write is about to be sent.
    ///
    /// - Returns: its number.
    /// - Throws: `journalFull` at the bound.
    func begin(_ write: LoadWrite) throws(LoadError) -> Int {
        let index: Int? = state.withLock { state in
            guard state.writes.count < configuration.maxWrites else {
                state.refusedForSpace += 1
                return nil
            }
            state.writes.append(write)
            return append(write, &state, index: state.writes.count - 1)
        }
        guard let index else {
            throw LoadError(
                .journalFull,
                "the journal holds \(configuration.maxWrites) writes; raise maxWrites or shorten the run"
            )
        }
        return index
    }

    /// Notes what became of a write.
    func settle(_ index: Int, _ outcome: LoadWrite.Outcome, identifier: String = "") {
        state.withLock { state in
            state.writes[index].outcome = outcome
            state.writes[index].identifier = identifier
            if outcome != .unknown { state.unsettled[index] = nil }
            _ = append(state.writes[index], &state, index: index)
        }
    }

    /// Keeps what it takes to send a write of unknown outcome again.
    func keep(_ settlement: LoadSettlement, for index: Int) {
        state.withLock { $0.unsettled[index] = settlement }
    }

    private func append(_ write: LoadWrite, _ state: inout State, index: Int) -> Int {
        // Encoding cannot fail: a write has only strings.
        guard configuration.path != nil, let line = try? JSONEncoder().encode(write) else { return index }
        state.unwritten.append(contentsOf: line)
        state.unwritten.append(UInt8(ascii: "\n"))
        return index
    }

    /// All writes, in the order in which they were begun.
    public var writes: [LoadWrite] { state.withLock { $0.writes } }

    /// Writes that were not sent because the journal was full.
    public var refusedForSpace: Int { state.withLock { $0.refusedForSpace } }

    /// The writes of unknown outcome that can be sent again.
    var unsettled: [(index: Int, settlement: LoadSettlement)] {
        state.withLock { $0.unsettled.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    /// Makes sure that the file can be written, before anything is sent.
    ///
    /// - Throws: `invalidInput` if it cannot.
    func open() async throws {
        if configuration.path != nil { try await write([]) }
    }

    /// Appends to the file what it lacks.
    ///
    /// - Throws: `invalidInput` if the file cannot be written; what was not written is tried again at the next flush.
    func flush() async throws {
        guard configuration.path != nil else { return }
        let bytes = state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
        if bytes.isEmpty { return }
        do {
            try await write(bytes)
        } catch {
            state.withLock { $0.unwritten.insert(contentsOf: bytes, at: 0) }
            throw error
        }
    }

    private func write(_ bytes: [UInt8]) async throws {
        guard let path = configuration.path else { return }
        do {
            try await NIOThreadPool.singleton.runIfActive { [durable = configuration.durable] in
                try Self.append(Data(bytes), to: path, durable: durable)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw LoadError(.invalidInput, "journal \(path): cannot be written", underlying: error)
        }
    }

    private static func append(_ data: Data, to path: String, durable: Bool) throws {
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw LoadError(
                    .invalidInput,
                    "the file cannot be made; check that its folder exists and may be written"
                )
            }
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }  // what matters was synchronized or is not promised
        try file.seekToEnd()
        try file.write(contentsOf: data)
        if durable { try file.synchronize() }
    }

    /// Reads a journal's file back: each write once, with its last outcome. A torn last line is left out.
    ///
    /// - Throws: `invalidInput` with file and line of a line that is not a write.
    public static func read(path: String) throws(LoadError) -> [LoadWrite] {
        var writes: [LoadWrite] = []
        var places: [String: Int] = [:]
        var broken: Int?
        try LineReader.forEachLine(of: path) { number, bytes throws(LoadError) in
            if let broken { throw LoadError(.invalidInput, "\(path):\(broken): not a write of a journal") }
            guard let write = try? JSONDecoder().decode(LoadWrite.self, from: Data(bytes)) else {
                broken = number  // an error only if another line follows
                return
            }
            let key = write.kind + "\n" + write.key
            if let place = places[key] {
                writes[place] = write
            } else {
                places[key] = writes.count
                writes.append(write)
            }
        }
        return writes
    }
}
