import ArgumentParser
import Foundation

/// The processor time that a server spends on a request, against a plain Hummingbird handler that answers a constant.
@main
struct HTTPRatio: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "HTTPRatio",
        abstract: "Processor time a request, against a plain Hummingbird handler.",
        subcommands: [HotelCommand.self, ServerCommand.self]
    )
}

/// How long and how often is measured, and what is good enough.
struct MeasureOptions: ParsableArguments {
    @Option(help: "How many times each server is measured.")
    var rounds = 5

    @Option(help: "How long each time, in seconds.")
    var seconds = 3

    @Option(help: "Connections kept alive.")
    var connections = 32

    @Option(help: "The port of the plain server.")
    var plainPort = 18_079

    @Option(help: "Fail if the ratio is below this.")
    var atLeast: Double?

    @Flag(help: "Make the load with PandoLoad even where wrk is installed.")
    var ownLoad = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...100).contains(rounds), (1...600).contains(seconds), (1...10_000).contains(connections) else {
            throw ValidationError("--rounds is 1 to 100, --seconds 1 to 600, --connections 1 to 10000")
        }
    }

    /// Measures both servers in turns and prints the ratio.
    func measure(_ candidate: Endpoint, of server: Server) async throws {
        let here = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let plain = try Server.start(
            [here.appendingPathComponent("PlainServer").path, "\(plainPort)"],
            core: Cores.server
        )
        defer { plain.stop() }
        let constant = Endpoint(url: "http://127.0.0.1:\(plainPort)", path: "/", headers: [:])
        try await constant.awaitAnswer(of: plain)
        let load = Load(connections: connections, core: Cores.load, isOwn: ownLoad)
        for (endpoint, server) in [(constant, plain), (candidate, server)] {
            _ = try await load.measure(endpoint, server, seconds: 1)  // warm
        }
        var result = Ratio(baseline: [], candidate: [])
        for round in 0..<rounds {
            // A B, B A, A B: a drift of the machine meets both alike.
            if round % 2 == 1 { result.candidate.append(try await load.measure(candidate, server, seconds: seconds)) }
            result.baseline.append(try await load.measure(constant, plain, seconds: seconds))
            if round % 2 == 0 { result.candidate.append(try await load.measure(candidate, server, seconds: seconds)) }
        }
        print(json ? try result.json : result.text)
        if let atLeast, result.median < atLeast {
            throw BenchmarkError("the ratio \(Ratio.rounded(result.median)) is below \(atLeast)")
        }
    }
}

/// Any server.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Measures a server that a command line starts: HTTPRatio server --url URL --path PATH -- COMMAND…"
    )

    @OptionGroup var options: MeasureOptions

    @Option(help: "Where the server listens, for example http://127.0.0.1:9000.")
    var url: String

    @Option(help: "The path that is measured.")
    var path: String

    @Option(help: "A header field of each request, as 'Name: value'.")
    var header: [String] = []

    @Argument(help: "The command line that starts the server.")
    var command: [String]

    func run() async throws {
        var headers: [String: String] = [:]
        for line in header {
            guard let colon = line.firstIndex(of: ":") else { throw ValidationError("--header '\(line)' has no colon") }
            headers[String(line[..<colon])] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let server = try Server.start(command, core: Cores.server)
        defer { server.stop() }
        let endpoint = Endpoint(url: url, path: path, headers: headers)
        try await endpoint.awaitAnswer(of: server)
        try await options.measure(endpoint, of: server)
    }
}
