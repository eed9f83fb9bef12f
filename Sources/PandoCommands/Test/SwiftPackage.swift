import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A Swift package on this machine, and the tool that builds and tests it.
struct SwiftPackage: Sendable {
    /// Where its `Package.swift` is.
    let folder: String

    /// Where the logs of its tests go: beside what is built, which nobody commits.
    var logFolder: String { "\(folder)/.build/pando-test" }

    /// The package in a folder or above it.
    ///
    /// - Throws: ``CommandFailure`` where there is none.
    init(above start: String = FileManager.default.currentDirectoryPath) throws(CommandFailure) {
        var url = URL(fileURLWithPath: start).standardizedFileURL
        while !FileManager.default.fileExists(atPath: url.appendingPathComponent("Package.swift").path) {
            guard url.path != "/" else {
                throw CommandFailure(
                    .badInput,
                    "there is no Package.swift in \(start) nor in a folder above it",
                    remedy: "go to the folder of the service's source"
                )
            }
            url = url.deletingLastPathComponent()
        }
        folder = url.path
    }

    /// Where a run of the tool says what it does.
    enum Output {
        /// On this process's standard error.
        case standardError
        /// In a file that begins anew.
        case file(String)
    }

    /// Runs `swift` in the package to its end. Where the task is cancelled, it ends `swift` and all that this has started.
    ///
    /// - Throws: ``CommandFailure`` where there is no `swift`.
    func swift(_ arguments: [String], environment: [String: String?] = [:], _ output: Output) async throws
        -> TerminationStatus
    {
        let variables = environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }
        let file = try open(output)
        let session = Atomic<pid_t>(0)
        defer { if Task.isCancelled { SwiftPackage.endSession(session.load(ordering: .relaxed)) } }
        do {
            return try await Subprocess.run(
                .name("swift"),
                arguments: Arguments(arguments),
                environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)),
                workingDirectory: FilePath(folder),
                platformOptions: SwiftPackage.options,
                input: .none,
                output: .fileDescriptor(file ?? .standardError, closeAfterSpawningProcess: false),
                error: .fileDescriptor(file ?? .standardError, closeAfterSpawningProcess: file != nil)
            ) { execution in
                session.store(execution.processIdentifier.value, ordering: .relaxed)
            }.terminationStatus
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw CommandFailure(
                .failed,
                "there is no program 'swift' on PATH",
                remedy: "install Swift 6.3 or newer: https://www.swift.org/install"
            )
        }
    }

    /// A session of its own: Ctrl-C at the terminal is ours to answer, and a signal reaches compilers and tests too.
    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .interrupt, toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
        ]
        return options
    }

    /// Ends what is left of a session when `swift` has ended: tests that take no notice of the teardown's signal, in a process
    /// group of their own.
    private static func endSession(_ session: pid_t) {
        guard session > 1 else { return }
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // not Linux: none
        for pid in entries.compactMap({ pid_t($0) }) where getsid(pid) == session { kill(pid, SIGKILL) }
    }

    private func open(_ output: Output) throws -> FileDescriptor? {
        guard case .file(let path) = output else { return nil }
        return try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
    }
}
