package import ArgumentParser
import Foundation
import PandoTopology

/// Parses, runs and reports; what comes back is the process's exit status.
package enum CommandRunner {
    /// Runs the command that the process's arguments ask for and ends the process.
    package static func main(_ root: (some ParsableCommand).Type) async -> Never {
        let status = await run(root, Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }

    /// Runs the command that `arguments` ask for.
    ///
    /// - Parameter root: the command that holds all others.
    package static func run(
        _ root: (some ParsableCommand).Type,
        _ arguments: [String],
        console: Console = .standard
    ) async -> CommandStatus {
        var console = console
        console.json = arguments.contains("--json")
        do {
            var command = try root.parseAsRoot(arguments)
            if let command = command as? any Command { return await run(command, console, root.typedName) }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .done
        } catch {
            return report(error, of: root, arguments, console)
        }
    }

    private static func run(_ command: any Command, _ console: Console, _ name: String) async -> CommandStatus {
        do {
            return try await command.run(console)
        } catch {
            let failure = CommandFailure(describing: error, command: name)
            console.failure(failure, command: name)
            return failure.status
        }
    }

    /// Help goes to standard output as it is; a wrong flag is one line that says where to read on.
    private static func report(
        _ error: any Error,
        of root: (some ParsableCommand).Type,
        _ arguments: [String],
        _ console: Console
    ) -> CommandStatus {
        if root.exitCode(for: error).isSuccess {
            do {
                try console.text(root.fullMessage(for: error))
                return .done
            } catch {
                let failure = CommandFailure(describing: error)
                console.failure(failure, command: root.typedName)
                return failure.status
            }
        }
        let message = root.message(for: error).split(separator: "\n").joined(separator: " ")
        let hint = root.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help") }
        let command = hint?.split(separator: "'").first { $0.contains("--help") } ?? "\(root.typedName) --help"
        let (problem, suggestion) = words(message.isEmpty ? "\(error)" : message, of: root, arguments)
        let remedy = suggestion.map { "\($0) See '\(command)'" } ?? "see '\(command)'"
        let failure = CommandFailure(.badInput, problem, remedy: remedy)
        console.failure(failure, command: root.typedName)
        return failure.status
    }

    /// What the parser says as the first half of a sentence, and what was probably meant, as a question.
    private static func words(_ message: String, of root: any ParsableCommand.Type, _ arguments: [String])
        -> (problem: String, suggestion: String?)
    {
        if let (word, known) = unknownCommand(root, arguments) {
            let nearest = Suggestion.nearest(to: word, among: known)
            return ("'\(word)' is not a command", nearest.map { "did you mean '\($0)'?" })
        }
        if let question = message.range(of: ". Did you mean ") {
            return (String(message[..<question.lowerBound]), "did you mean " + message[question.upperBound...])
        }
        return (message.hasSuffix(".") ? String(message.dropLast()) : message, nil)
    }

    /// The first word that stands where a command is expected and is none, and the commands that are expected there. A
    /// command that has others below it takes no words of its own.
    private static func unknownCommand(_ root: any ParsableCommand.Type, _ arguments: [String])
        -> (word: String, known: [String])?
    {
        var commands = root.configuration.subcommands
        for word in arguments {
            guard !commands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = commands.first(where: { $0.typedName == word }) else {
                return (word, commands.map { $0.typedName })
            }
            commands = next.configuration.subcommands
        }
        return nil
    }
}
