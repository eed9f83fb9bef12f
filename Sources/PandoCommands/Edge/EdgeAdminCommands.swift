import ArgumentParser
import Foundation
import PandoEdge

/// `pando edge state`: an edge that runs, as it stands.
struct EdgeStateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Tell how a running edge stands: routes, servers, cache, connections.",
        discussion: "With --json it is what GET /edge of its admin interface answers."
    )

    @OptionGroup var edge: EdgeAdminOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        let body = try await edge.call("GET", "/edge")
        try console.result(EdgeStateReport(state: try JSONDecoder().decode(EdgeState.self, from: Data(body))))
        return .done
    }
}

/// `pando edge drain`: no new requests to a server.
struct EdgeDrainCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Send a server of a running edge no new requests; what is under way there ends.",
        discussion: "It lasts until 'resume' or a restart of the edge."
    )

    @OptionGroup var target: EdgeServerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        try await target.change("/drain", "is draining", console)
    }
}

/// `pando edge resume`: the end of a drain.
struct EdgeResumeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Send a server of a running edge requests again."
    )

    @OptionGroup var target: EdgeServerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        try await target.change("/resume", "gets requests again", console)
    }
}

/// `pando edge purge`: stored responses go.
struct EdgePurgeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Purge responses that a running edge has stored: by URL, prefix or tag, or all."
    )

    @Option(help: "A URL, with all its variants.") var url: String?
    @Option(help: "What URLs begin with, such as https://www.example.com/a/.") var prefix: String?
    @Option(help: "A tag that responses bear (Surrogate-Key, Cache-Tag).") var tag: String?
    @Flag(help: "Everything.") var all = false
    @Flag(help: "Not gone, but stale: given while it is fetched again, or while the servers fail.") var soft = false
    @OptionGroup var edge: EdgeAdminOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        let ways: [(String, AdminMember?)] = [
            ("url", url.map { .text($0) }), ("prefix", prefix.map { .text($0) }), ("tag", tag.map { .text($0) }),
            ("all", all ? .flag(true) : nil),
        ]
        let given = ways.compactMap { name, value in value.map { (name, $0) } }
        guard given.count == 1, let (name, value) = given.first else {
            throw CommandFailure(
                .badInput,
                "what is to be purged?",
                remedy: "give one of --url, --prefix, --tag and --all"
            )
        }
        _ = try await edge.call("POST", "/purge", [name: value, "soft": .flag(soft)])
        let what = url ?? prefix ?? tag ?? "everything"
        try console.result(EdgeChangeReport(changed: what, text: "\(what) is \(soft ? "stale" : "purged")"))
        return .done
    }
}

/// `pando edge reload`: the file is read again.
struct EdgeReloadCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have a running edge read its file again, and say what is wrong with it.",
        discussion: "Connections stay. A file with mistakes changes nothing."
    )

    @OptionGroup var edge: EdgeAdminOptions
    @OptionGroup var output: OutputOptions

    private struct Reloaded: Decodable {
        let generation: Int
    }

    func run(_ console: Console) async throws -> CommandStatus {
        let reloaded = try JSONDecoder().decode(Reloaded.self, from: Data(try await edge.call("POST", "/reload")))
        let text = "generation \(reloaded.generation) is in force"
        try console.result(EdgeChangeReport(changed: "generation \(reloaded.generation)", text: text))
        return .done
    }
}

/// Which server a command is for.
struct EdgeServerOptions: ParsableArguments {
    @Argument(help: "The server's address, as in the file.") var server: String
    @Option(help: "In this upstream alone, and not in all that have the server.") var upstream: String?
    @OptionGroup var edge: EdgeAdminOptions

    private struct Changed: Decodable {
        let upstreams: [String]
    }

    func change(_ path: String, _ words: String, _ console: Console) async throws -> CommandStatus {
        var body: [String: AdminMember] = ["server": .text(server)]
        if let upstream { body["upstream"] = .text(upstream) }
        let changed = try JSONDecoder().decode(Changed.self, from: Data(try await edge.call("POST", path, body)))
        let text = "\(server) \(words) (\(changed.upstreams.joined(separator: ", ")))"
        try console.result(EdgeChangeReport(changed: server, text: text))
        return .done
    }
}

/// What was changed.
struct EdgeChangeReport: Encodable, CustomStringConvertible {
    let changed: String
    let text: String

    var description: String { text }

    private enum CodingKeys: CodingKey { case changed }
}
