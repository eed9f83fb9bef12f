import ArgumentParser
import Pando
import PandoDatabase
import PandoMessaging

/// `queue`: what waits, and what was given up.
struct QueueCommand<A: App>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "queue",
            abstract: "See what waits in the queue; list, replay and purge dead letters. Works while the app runs.",
            subcommands: [
                QueueListCommand<A>.self, QueueDeadCommand<A>.self, QueueReplayCommand<A>.self,
                QueuePurgeCommand<A>.self,
                QueueForgetCommand<A>.self,
            ]
        )
    }
}

/// `queue list`.
struct QueueListCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: "List every topic and group: what is ready, pending and dead, and the age of the oldest message.",
            discussion: """
                EXAMPLES
                  \(A.name) queue list
                  \(A.name) queue list --json
                """
        )
    }

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withMessaging(A.self) { messaging in
            try console.result(QueueReport(groups: try await messaging.statistics(), now: .now))
        }
        return .done
    }
}

/// `queue forget`.
struct QueueForgetCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "forget",
            abstract: "Forget a group that no program has any more, so that it does not keep messages for ever.",
            discussion: """
                Its dead letters stay. A group that a program still has is made anew when the program starts, and gets
                every message that is kept.

                EXAMPLES
                  \(A.name) queue forget reservation-confirmed old-mailer
                """
        )
    }

    @Argument(help: "The topic.")
    var topic: String
    @Argument(help: "The group.")
    var group: String
    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withMessaging(A.self) { messaging in
            guard try await messaging.removeGroup(group, of: topic) else {
                throw CommandFailure(
                    .badInput,
                    "topic '\(topic)' has no group '\(group)'",
                    remedy: "see '\(A.name) queue list'"
                )
            }
            try console.result(GroupForgotten(topic: topic, group: group))
        }
        return .done
    }
}

/// A group is forgotten.
struct GroupForgotten: Encodable, CustomStringConvertible {
    let topic: String
    let group: String

    var description: String { "group '\(group)' of topic '\(topic)' is forgotten" }
}
