package import ArgumentParser
import Foundation

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
            return report(error, of: root, console)
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
    private static func report(_ error: any Error, of root: (some ParsableCommand).Type, _ console: Console)
        -> CommandStatus
    {
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
        let problem = root.message(for: error).split(separator: "\n").joined(separator: " ")
        let hint = root.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help") }
        let command = hint?.split(separator: "'").first { $0.contains("--help") } ?? "\(root.typedName) --help"
        let failure = CommandFailure(.badInput, problem.isEmpty ? "\(error)" : problem, remedy: "see '\(command)'")
        console.failure(failure, command: root.typedName)
        return failure.status
    }
}
