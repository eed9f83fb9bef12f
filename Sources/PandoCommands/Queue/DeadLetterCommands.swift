import ArgumentParser
import Pando
import PandoDatabase
import PandoMessaging

/// Which dead letters.
struct DeadLetterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Of one topic only.", valueName: "topic"))
    var topic: String?
    @Option(help: ArgumentHelp("Of one group only.", valueName: "group"))
    var group: String?
    @Option(help: ArgumentHelp("One message only.", valueName: "id"))
    var id: String?

    mutating func validate() throws {
        if let id, Identifier(id) == nil { throw ValidationError("'\(id)' is not the identifier of a message.") }
    }

    var selection: DeadLetters.Selection {
        DeadLetters.Selection(topic: topic, group: group, id: id.flatMap { Identifier($0) })
    }

    /// Whether nothing narrows the choice.
    var isEverything: Bool { topic == nil && group == nil && id == nil }
}

/// `queue dead`.
struct QueueDeadCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "dead",
            abstract: "List the messages that consumers have given up, the newest first, with the last error.",
            discussion: """
                EXAMPLES
                  \(A.name) queue dead
                  \(A.name) queue dead --group confirmation-mail --limit 5 --json
                """
        )
    }

    @OptionGroup var letters: DeadLetterOptions
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many are listed at most, 1 to 1000.", valueName: "count")
    )
    var limit = 20
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit is \(limit); it must be 1 to 1000.") }
    }

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withMessaging(A.self) { messaging in
            let total = try await messaging.deadLetters.count(letters.selection)
            let list = try await messaging.deadLetters.list(letters.selection, limit: limit)
            try console.result(DeadLettersReport(total: total, letters: list.map(DeadLettersReport.Letter.init)))
        }
        return .done
    }
}

/// `queue replay`.
struct QueueReplayCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "replay",
            abstract: "Deliver dead letters again to the groups that gave them up, the oldest first.",
            discussion: """
                EXAMPLES
                  \(A.name) queue replay --group confirmation-mail
                  \(A.name) queue replay --all
                """
        )
    }

    @OptionGroup var letters: DeadLetterOptions
    @Flag(help: "All of them.")
    var all = false
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws { try letters.requireChoice(all: all) }

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withMessaging(A.self) { messaging in
            let count = try await console.progress("replaying") { _ in
                try await messaging.deadLetters.replay(letters.selection)
            }
            try console.result(DeadLettersChange(action: "replayed", count: count))
        }
        return .done
    }
}

/// `queue purge`.
struct QueuePurgeCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "purge",
            abstract: "Delete dead letters for good.",
            discussion: """
                EXAMPLES
                  \(A.name) queue purge --topic reservation-confirmed
                  \(A.name) queue purge --all
                """
        )
    }

    @OptionGroup var letters: DeadLetterOptions
    @Flag(help: "All of them.")
    var all = false
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws { try letters.requireChoice(all: all) }

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withMessaging(A.self) { messaging in
            let count = try await console.progress("purging") { _ in
                try await messaging.deadLetters.purge(letters.selection)
            }
            try console.result(DeadLettersChange(action: "purged", count: count))
        }
        return .done
    }
}

extension DeadLetterOptions {
    /// Refuses to touch everything by accident.
    func requireChoice(all: Bool) throws {
        if isEverything, !all { throw ValidationError("Say which: --topic, --group, --id, or --all.") }
        if !isEverything, all { throw ValidationError("--all goes without --topic, --group and --id.") }
    }
}
