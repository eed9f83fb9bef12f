/// What a kind of file may hold, and what is said to a person who begins one.
package struct SourceKind: Sendable {
    /// With its article: `a topology file`.
    package var name: String
    package var bytesLimit: Int
    /// In Unicode scalars.
    package var lineLimit: Int
    /// What to do with an empty file.
    package var start: String
    /// Where to find an example.
    package var help: String

    package init(name: String, bytesLimit: Int, lineLimit: Int, start: String, help: String) {
        self.name = name
        self.bytesLimit = bytesLimit
        self.lineLimit = lineLimit
        self.start = start
        self.help = help
    }

    static let topology = SourceKind(
        name: "a topology file",
        bytesLimit: 256 * 1_024,
        lineLimit: 500,
        start: "start with 'pando: \(Topology.schemaVersion)' and 'rung: laptop'",
        help: "see 'topology presets'"
    )
}
