package import ArgumentParser
import Foundation
import PandoTopology

/// `pando new`: a working service of a few files.
package struct NewCommand: Command {
    package static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a working service of a few files, with a test.",
        discussion: """
            EXAMPLES
              pando new guestbook
              pando new guestbook --path services/guestbook
              pando new guestbook --pando https://example.com/pando.git

            \(CommandStatus.table)
            """
    )

    @Argument(help: "The service's name: lower-case letters, digits and '-'.")
    var name: String
    @Option(
        help: ArgumentHelp("The new folder; by default the name, here.", valueName: "folder"),
        completion: .directory
    )
    var path: String?
    @Option(
        name: .customLong("pando"),
        help: ArgumentHelp(
            "Where pando comes from: a checkout or a URL; by default the checkout of this program.",
            valueName: "source"
        )
    )
    var source: String?
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run(_ console: Console) async throws -> CommandStatus {
        let name = try ServiceName(name)
        let folder = path ?? name.package
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw CommandFailure(
                .badInput,
                "\(folder) exists already",
                remedy: "choose another name or --path, or remove it"
            )
        }
        let files = ServiceTemplate(name: name, source: try pandoSource()).files
        try NewCommand.write(files, to: folder)
        try console.result(NewReport(name: name.package, folder: folder, files: files.map(\.path)))
        return .done
    }

    private func pandoSource() throws -> PandoSource {
        if let source { return try PandoSource(source) }
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        guard let found = PandoSource(builtProgram: program) else {
            throw CommandFailure(
                .badInput,
                "this program was not built in a checkout of pando",
                remedy: "say where pando is with --pando (a folder, or the URL of its repository)"
            )
        }
        return found
    }

    /// Writes beside the place and renames, so that there is a whole service or none.
    static func write(_ files: [ServiceTemplate.File], to folder: String) throws {
        let target = URL(fileURLWithPath: folder)
        let draft = target.deletingLastPathComponent()
            .appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString)")
        do {
            for file in files {
                let url = draft.appendingPathComponent(file.path)
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(file.text.utf8).write(to: url)
            }
            try FileManager.default.moveItem(at: draft, to: target)
        } catch {
            try? FileManager.default.removeItem(at: draft)  // the first error is the one to tell
            throw CommandFailure(
                .failed,
                "\(folder) cannot be written: \(SystemWords.of(error))",
                remedy: "check the folder's permissions and the disk's space"
            )
        }
    }
}

/// What `new` wrote.
struct NewReport: Encodable, CustomStringConvertible {
    let name: String
    let folder: String
    let files: [String]

    var description: String {
        var next = TextTable(["  swift run \(name) up", "serves on http://127.0.0.1:8080"])
        next.add(["  swift test", "runs its tests"])
        next.add(["  swift run \(name) test", "runs them on every database engine"])
        return """
            \(folder):
            \(files.map { "  \($0)" }.joined(separator: "\n"))

            Next:
              cd \(folder)
            \(next.text)
            """
    }
}
