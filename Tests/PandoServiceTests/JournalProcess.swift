import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import PandoDatabase

/// The service of Tests/Support/JournalService, as a process of its own.
final class JournalProcess: Sendable {
    /// How a process ended, and what it said.
    struct End {
        let status: Int32
        let bySignal: Bool
        let output: String
        let errors: String
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        func json<T: Decodable>(_ type: T.Type = T.self) throws -> T {
            try JSONDecoder().decode(type, from: Data(text.utf8))
        }
    }

    private let process: Process
    private let folder: String
    /// Where it listens.
    private let site: String

    private init(_ process: Process, folder: String, site: String) {
        self.process = process
        self.folder = folder
        self.site = site
    }

    /// A new folder for a process: its data are in `data`, what it says in `output` and `errors`.
    static func makeFolder() throws -> String {
        let folder = NSTemporaryDirectory() + "journal-\(Identifier())"
        try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
        return folder
    }

    static func databasePath(in folder: String) -> String { folder + "/data/journal.sqlite" }

    /// Starts the service and waits until it serves.
    ///
    /// - Parameter faults: what it believes of its disk and clock; nil for the truth.
    /// - Throws: ``Failed`` where it ends before it serves.
    static func start(in folder: String, faults: FaultControl? = nil) async throws -> JournalProcess {
        let arguments = [
            "up", "--data", folder + "/data", "--address", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--json",
        ]
        let process = try launch(arguments, in: folder, faults)
        struct Report: Decodable {
            let site: String
        }
        while process.isRunning {
            let output = try String(contentsOfFile: folder + "/output", encoding: .utf8)
            if let line = output.split(separator: "\n").last(where: { $0.contains("\"site\"") }), output.hasSuffix("\n")
            {
                let site = try JSONDecoder().decode(Report.self, from: Data(line.utf8)).site
                return JournalProcess(process, folder: folder, site: site)
            }
            // A file offers nothing to await; the test's time limit bounds it.
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failed(end: try end(of: process, folder))
    }

    /// Runs a command of the service to its end.
    static func run(_ arguments: [String], in folder: String, faults: FaultControl? = nil) throws -> End {
        let process = try launch(arguments, in: folder, faults)
        process.waitUntilExit()
        return try end(of: process, folder)
    }

    /// Asks it to stop, and waits for it.
    func stop() throws -> End {
        process.terminate()
        return try waitForEnd()
    }

    /// Ends it with SIGKILL.
    func kill() throws {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits until it ends by itself.
    func waitForEnd() throws -> End {
        process.waitUntilExit()
        return try Self.end(of: process, folder)
    }

    var isRunning: Bool { process.isRunning }

    /// Sends a request.
    ///
    /// - Throws: ``NoAnswer`` where there is none in time.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        token: String? = nil,
        json: String? = nil,
        timeout: TimeAmount = .seconds(20)
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: site + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: json))
        }
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: timeout)
            let text = String(buffer: try await response.body.collect(upTo: 8 << 20))
            return Answer(status: Int(response.status.code), headers: response.headers, text: text)
        } catch {
            throw NoAnswer(request: "\(method) /\(path)", error: error)
        }
    }

    /// A new session's token.
    func logIn() async throws -> String {
        let answer = try await send(.POST, "login")
        guard answer.status == 200 else { throw Unexpected(answer: answer) }
        return answer.text
    }

    /// Enters a number.
    func enter(
        _ number: Int,
        token: String,
        fillerBytes: Int = 0,
        delaySeconds: Double = 0,
        timeout: TimeAmount = .seconds(20)
    ) async throws -> Answer {
        let json = #"{"number":\#(number),"fillerBytes":\#(fillerBytes),"delaySeconds":\#(delaySeconds)}"#
        return try await send(.POST, "entries", token: token, json: json, timeout: timeout)
    }

    func state() async throws -> JournalReport {
        let answer = try await send(.GET, "state")
        guard answer.status == 200 else { throw Unexpected(answer: answer) }
        return try answer.json()
    }

    /// Waits until a state is reached; the test's time limit bounds it.
    @discardableResult
    func waits(until condition: (JournalReport) -> Bool) async throws -> JournalReport {
        while true {
            let state = try await state()
            if condition(state) { return state }
            // Another process offers nothing to await.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func launch(_ arguments: [String], in folder: String, _ faults: FaultControl?) throws -> Process {
        let process = Process()
        let tests = URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("journal-service")
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        if let faults {
            environment["LD_PRELOAD"] = try FaultControl.shim()
            environment["FAULT_CONTROL"] = faults.path
            environment["FAULT_FOLDER"] = folder + "/data"
        }
        process.environment = environment
        process.standardOutput = try emptyFile(folder + "/output")
        process.standardError = try emptyFile(folder + "/errors")
        try process.run()
        return process
    }

    private static func emptyFile(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    private static func end(of process: Process, _ folder: String) throws -> End {
        End(
            status: process.terminationStatus,
            bySignal: process.terminationReason == .uncaughtSignal,
            output: try String(contentsOfFile: folder + "/output", encoding: .utf8),
            errors: try String(contentsOfFile: folder + "/errors", encoding: .utf8)
        )
    }

    /// It did not come up.
    struct Failed: Error {
        let end: End
    }

    /// A request without an answer.
    struct NoAnswer: Error {
        let request: String
        let error: any Error
    }

    struct Unexpected: Error {
        let answer: Answer
    }
}

/// What the service says of itself; see `JournalState` there.
struct JournalReport: Decodable {
    struct Effect: Decodable {
        let number: Int
        let count: Int
    }

    let now: Instant
    let entries: [Int]
    let effects: [Effect]
    let lateEffects: [Effect]
    let notebook: [Int]
    let ticks: Int
    let stuck: Int

    /// Whether everything that is to come of all entries has come.
    var isQuiet: Bool {
        effects.map(\.number) == entries && lateEffects.map(\.number) == entries
            && Set(notebook).isSuperset(of: entries)
    }

    /// What happened more than once, or to numbers that nobody entered.
    var faults: [String] {
        (effects + lateEffects).filter { $0.count != 1 }.map { "\($0.number) had its effect \($0.count) times" }
            + Set(effects.map(\.number) + lateEffects.map(\.number) + notebook).subtracting(entries)
            .map { "\($0) had an effect and was not entered" }
    }
}
