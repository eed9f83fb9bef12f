import ArgumentParser
import PandoCommands

/// `pando`: the command line without an app.
@main
struct PandoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pando",
        abstract: "Begin a service, check its topology and its machine.",
        discussion: """
            EXAMPLES
              pando new guestbook          a working service in the folder guestbook
              pando edge --config edge.yaml
                                           a load balancer and gateway in front of any HTTP service
              pando topology presets       the ladder
              pando doctor                 what is missing here, and how to mend it

            """,
        version: "pando \(Release.version)",
        subcommands: [
            NewCommand.self, EdgeCommand.self, TopologyCommand.self, DoctorCommand.self,
            CompletionsCommand<PandoCommand>.self,
        ]
    )

    static func main() async {
        await CommandRunner.main(PandoCommand.self)
    }
}
