import Foundation
import PandoLoad

/// What went wrong, in one sentence.
struct BenchmarkError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// Which core does what.
enum Cores {
    static let server = 0
    static let load = 1
}

/// A server under measurement: a child process, pinned to one core.
struct Server {
    private let process: Process

    /// Starts a command line. Its output is not shown; its errors are.
    static func start(_ command: [String], core: Int) throws -> Server {
        guard FileManager.default.isExecutableFile(atPath: command[0]) else {
            throw BenchmarkError("\(command[0]) is not an executable file; build it with 'swift build -c release'")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
        process.arguments = ["-c", "\(core)"] + command  // taskset becomes the command: same process
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return Server(process: process)
    }

    var isRunning: Bool { process.isRunning }

    /// Processor seconds of all threads of the process so far, user and system.
    ///
    /// Source: proc(5), fields 14 and 15 of `stat`; the name in parentheses may have blanks.
    var processorSeconds: Double {
        get throws {
            let path = "/proc/\(process.processIdentifier)/stat"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
            guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
                throw BenchmarkError("\(path) is not as expected")
            }
            return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }

    /// Ends the server in good order.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}

/// What is asked for.
struct Endpoint: Sendable {
    var url: String
    var path: String
    var headers: [String: String]

    /// Waits until the server answers, at most a minute: a first start may migrate and seed.
    func awaitAnswer(of server: Server) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while ContinuousClock.now < deadline {
            guard server.isRunning else { throw BenchmarkError("the server of \(url) ended before it answered") }
            let status = try? await Requests.send(to: url) { [path, headers] client in
                try await client.get(path, headers: headers.map { LoadHeader($0.key, $0.value) }).status
            }
            if let status {
                guard status == 200 else { throw BenchmarkError("\(url)\(path) answers \(status)") }
                return
            }
            // Another process gets ready: there is nothing to await but time.
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchmarkError("\(url)\(path) does not answer after a minute")
    }
}

/// Single requests, by the load generator's own client.
enum Requests {
    private actor Box<R: Sendable> {
        var result: Result<R, any Error>?
        func set(_ result: Result<R, any Error>) { self.result = result }
    }

    /// Runs `body` once with a client of the service.
    static func send<R: Sendable>(
        to url: String,
        _ body: @escaping @Sendable (LoadClient) async throws -> R
    ) async throws -> R {
        let box = Box<R>()
        let scenario = LoadScenario(name: "once") { client in
            do {
                await box.set(.success(try await body(client)))
            } catch {
                await box.set(.failure(error))
            }
        }
        var configuration = LoadRun.Configuration(
            target: try LoadTarget(url),
            work: .scenarios([scenario]),
            arrivals: .closed(clients: 1)
        )
        configuration.maxArrivals = 1
        _ = try await LoadRun(configuration).run()
        guard let result = await box.result else { throw BenchmarkError("\(url): no request was made") }
        return try result.get()
    }
}
