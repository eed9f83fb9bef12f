import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder of mails in the Maildir layout: a mail is written in `tmp`, made durable, and only then moved to `new`.
///
/// The file's name is the caller's, so delivering a mail again replaces it by itself. Mails that arrive while others are being
/// made durable share the next turn: many at once cost little more than one.
final class Maildir: Sendable {
    private struct Letter: Sendable {
        let name: String
        let bytes: [UInt8]
        let delivered: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Letter] = []
        var isBusy = false
    }

    private let folder: String
    private let state = Mutex(State())

    /// A Maildir in a folder, which is made where there is none.
    ///
    /// - Throws: ``FileError``.
    init(folder: String) throws {
        self.folder = folder
        for path in [folder, folder + "/tmp", folder + "/new", folder + "/cur"] {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError("make the folder \(path)") }
        }
    }

    /// Delivers a mail. When this returns it is on disk.
    ///
    /// - Parameter name: The file's name, which must be the same whenever the mail is the same.
    /// - Throws: ``FileError``; the mail may then be delivered or not.
    func deliver(_ bytes: [UInt8], as name: String) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append(Letter(name: name, bytes: bytes, delivered: continuation))
                defer { state.isBusy = true }
                return !state.isBusy
            }
            // One turn runs at a time, on a thread that may block; it answers everybody who waits.
            if isFirst { NIOThreadPool.singleton.submit { _ in self.takeTurns() } }
        }
    }

    private func takeTurns() {
        while true {
            let letters = state.withLock { state in
                defer { state.waiting = [] }
                state.isBusy = !state.waiting.isEmpty
                return state.waiting
            }
            guard !letters.isEmpty else { return }
            let result = Result { try write(letters) }
            for letter in letters { letter.delivered.resume(with: result) }
        }
    }

    private func write(_ letters: [Letter]) throws {
        // The same mail twice in one turn is one file.
        let letters = Dictionary(letters.map { ($0.name, $0) }) { _, last in last }.values
        try DurableFiles.write(letters.map { (path(of: $0, in: "tmp"), $0.bytes) })
        for letter in letters where rename(path(of: letter, in: "tmp"), path(of: letter, in: "new")) != 0 {
            throw FileError("move \(letter.name) to new")
        }
        try DurableFiles.sync(folder: folder + "/new")
    }

    private func path(of letter: Letter, in part: String) -> String { "\(folder)/\(part)/\(letter.name)" }
}
