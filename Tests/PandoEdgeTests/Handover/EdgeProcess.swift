import Foundation
import TestSupport
import Testing

/// Processes of an edge that follow one another, with their file in a folder of their own.
final class EdgeProcess {
    let files: EdgeFiles
    let port: Int
    private let process = Process()

    private static func path(_ files: EdgeFiles, _ ending: String) -> String { "\(files.folder)/edge.yaml\(ending)" }

    /// Starts the first, which listens on a port of its own and at the Unix socket `http.sock`.
    init(_ routes: String, environment: [String: String] = [:]) async throws {
        files = try EdgeFiles()
        try files.write("edge.yaml", Self.configuration(files, routes))
        process.executableURL = Bundle.main.executableURL?.deletingLastPathComponent()
            .appendingPathComponent("edge-process")
        process.arguments = [Self.path(files, "")]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // One that outlives a test that has crashed must not keep open what reads its output.
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let files = files
        try await eventually("the edge serves") { FileManager.default.fileExists(atPath: Self.path(files, ".serving")) }
        port = try #require(Int(Self.read(files, "ports").split(separator: "\n").first ?? ""))
    }

    static func configuration(_ files: EdgeFiles, _ routes: String) -> String {
        """
        listen: ["127.0.0.1:0", "unix:\(files.folder)/http.sock"]
        workers: 2
        accessLog: off
        drainTimeout: 20s
        admin: "unix:\(files.folder)/admin.sock"
        \(routes)

        """
    }

    /// Ends whoever is left.
    deinit {
        for ending in ["serving", "paused"] { if let number = number(ending) { kill(number, SIGKILL) } }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    private static func read(_ files: EdgeFiles, _ ending: String) -> String {
        // What is not there says nothing.
        (try? String(contentsOfFile: path(files, ".\(ending)"), encoding: .utf8)) ?? ""
    }

    /// What the processes have noted: of `serving`, `paused`, `ended` and `failed`.
    func said(_ what: String) -> String { Self.read(files, what) }

    func number(_ what: String) -> pid_t? { pid_t(said(what)) }

    /// The process that serves.
    var serving: pid_t { number("serving") ?? 0 }

    /// Has the next one wait at a step, `start` or `listening`; nil for none.
    func pause(at step: String?) throws {
        let path = Self.path(files, ".pause")
        guard let step else { return try FileManager.default.removeItem(atPath: path) }
        try files.write("edge.yaml.pause", step)
    }

    /// Asks the process that serves to hand over.
    func askForSuccessor() { kill(serving, SIGUSR2) }

    /// Hands over, and waits until the next one serves and the last one has ended.
    func handOver() async throws {
        let old = serving
        askForSuccessor()
        try await eventually("another process serves") { serving != old && number("ended") == old }
    }

    /// Whether a process runs.
    static func runs(_ process: pid_t) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        // One that has ended and that nobody has asked for yet runs no more.
        return !status.isEmpty && !status.contains(") Z ")
    }
}
