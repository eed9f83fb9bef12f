package import ArgumentParser
import Foundation

/// A command that writes to a console that it is given and says how it ended.
package protocol Command: AsyncParsableCommand {
    /// How it writes.
    var output: OutputOptions { get }
    /// Does it.
    ///
    /// - Returns: `.done`, or `.failed` where the result itself says what is wrong.
    /// - Throws: ``CommandFailure``, or any error that is to be described.
    func run(_ console: Console) async throws -> CommandStatus
}

extension Command {
    /// What `ArgumentParser` calls where nobody hands over a console.
    package func run() async throws {
        var console = Console.standard
        console.json = output.json
        let status = try await run(console)
        if status != .done { throw ExitCode(status.rawValue) }
    }
}

extension ParsableCommand {
    /// The name that a person types.
    static var typedName: String { configuration.commandName ?? "\(Self.self)".lowercased() }
}

/// What every command understands.
package struct OutputOptions: ParsableArguments {
    /// Whether results and failures are JSON.
    @Flag(help: "Print the result, progress and failures as JSON, one document a line.")
    package var json = false

    package init() {}
}
