import ArgumentParser
public import Pando

/// The command line of an app: everything that one can do with it.
struct AppCommand<A: App>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: A.name,
            abstract: "The service '\(A.name)' and everything that can be done with it.",
            discussion: """
                EXAMPLES
                  \(A.name) up                       serve
                  \(A.name) up --rung 3              an edge, two web nodes and a worker, on PostgreSQL
                  \(A.name) doctor                   what is missing here, and how to mend it
                  \(A.name) backup                   a checked copy, while it runs
                  \(A.name) queue dead               what consumers have given up
                  \(A.name) load --poisson 100       users, on the running service
                  \(A.name) test                     the service's own tests, on every database engine

                \(CommandStatus.table)
                """,
            version: "\(A.name) on Pando \(Release.version)",
            subcommands: [
                UpCommand<A>.self, MigrateCommand<A>.self, BackupCommand<A>.self, RestoreCommand<A>.self,
                AppDoctorCommand<A>.self, TopologyCommand.self, QueueCommand<A>.self, SearchCommand<A>.self,
                LoadCommand<A>.self, TestCommand<A>.self, EdgeCommand.self, CompletionsCommand<AppCommand<A>>.self,
            ]
        )
    }
}

extension App {
    /// Runs the command line of the app and ends the process.
    ///
    /// ```swift
    /// @main
    /// struct Hotel: App { … }
    /// ```
    @concurrent
    public static func main() async {
        await CommandRunner.main(AppCommand<Self>.self)
    }
}
