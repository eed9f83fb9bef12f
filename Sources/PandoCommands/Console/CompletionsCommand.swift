package import ArgumentParser

/// `completions`: a script that makes a shell complete this command line.
package struct CompletionsCommand<Root: ParsableCommand>: Command {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "completions",
            abstract: "Print a script that makes a shell complete this command line.",
            discussion: """
                EXAMPLES
                  \(Root.typedName) completions bash > /etc/bash_completion.d/\(Root.typedName)
                  \(Root.typedName) completions zsh > ~/.zfunc/_\(Root.typedName)
                """
        )
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: String
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run(_ console: Console) async throws -> CommandStatus {
        guard let shell = CompletionShell(rawValue: shell) else {
            let known = CompletionShell.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(.badInput, "no completions for the shell '\(shell)'", remedy: "use one of: \(known)")
        }
        try console.text(Root.completionScript(for: shell))
        return .done
    }
}
