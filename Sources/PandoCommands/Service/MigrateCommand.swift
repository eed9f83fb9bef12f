import ArgumentParser
import Pando
import PandoDatabase

/// `migrate`: the schema and the read models, without serving.
struct MigrateCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "migrate",
            abstract: "Bring the schema and the read models up to date, without serving.",
            discussion: """
                'up' does it too. Apart from it, it shows whether a new version's migrations pass before that version serves. \
                Migrations go forward only; a program that is older than the database is refused.

                EXAMPLES
                  \(A.name) migrate
                  \(A.name) migrate --data /var/lib/\(A.name) --json

                \(CommandStatus.table)
                """
        )
    }

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        try await service.withNode(A.self) { node, place in
            let applied = try await console.progress("migrating") { _ in try await node.prepare() }
            try console.result(MigrateReport(database: place.database.description, applied: applied))
        }
        return .done
    }
}
