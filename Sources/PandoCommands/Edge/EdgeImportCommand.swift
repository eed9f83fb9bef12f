import ArgumentParser
import PandoEdge

/// `pando edge import`: the configuration of nginx or HAProxy as a file of an edge.
struct EdgeImportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Translate nginx.conf or haproxy.cfg into a file of an edge, and list what is not in it.",
        discussion: """
            The file goes to standard output, the notes to standard error, so that this works:
              pando edge import /etc/nginx/nginx.conf > edge.yaml
              pando edge check edge.yaml

            A note names file and line of the original, what became of the directive, and what to do instead. Read those that \
            say 'protection' first: something that kept people out is not there as it was.
            """
    )

    @Argument(
        help: "nginx.conf or haproxy.cfg; what it includes is read too.",
        completion: .file(extensions: ["conf", "cfg"])
    )
    var file: String
    @Option(help: "Whose it is, nginx or haproxy, where that cannot be told.")
    var from: String?
    @Flag(help: "List what the edge does by itself, too.")
    var all = false
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        let kind = try from.map { (name: String) throws -> EdgeImport.Kind in
            guard let kind = EdgeImport.Kind(rawValue: name) else {
                throw CommandFailure(.badInput, "'\(name)' is not known", remedy: "write nginx or haproxy")
            }
            return kind
        }
        let imported = try EdgeFile.refusing { () throws(EdgeConfigurationError) in
            try EdgeImport(path: file, kind: kind)
        }
        let notes = imported.notes.filter { all || $0.kind != .unneeded }
        for note in notes { console.note("\(note)") }
        let hidden = imported.notes.count - notes.count
        if hidden > 0 { console.note("\(hidden) more that the edge does by itself: see them with --all") }
        try console.result(EdgeImportReport(yaml: imported.yaml, notes: notes.map(\.description)))
        return .done
    }
}

/// What `edge import` made of a file.
struct EdgeImportReport: Encodable, CustomStringConvertible {
    let yaml: String
    let notes: [String]

    var description: String { String(yaml.dropLast(yaml.hasSuffix("\n") ? 1 : 0)) }
}
