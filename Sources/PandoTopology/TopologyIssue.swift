/// One thing that is wrong with a topology: where, what, and what to do.
///
/// Encoded, a file, a line or a column that is not known is left out.
public struct TopologyIssue: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The text is not YAML that this library reads.
        case syntax
        /// A key or value is not what the schema allows.
        case schema
        /// The parts do not fit each other.
        case combination
        /// It is a good topology, but this version cannot run it.
        case unsupported
    }

    /// What kind of trouble it is.
    public var kind: Kind
    /// The file's name as it was given; empty for a topology that was made in code.
    public var file: String
    /// From 1; 0 where the trouble has no line.
    public var line: Int
    /// From 1, counted in Unicode scalars; 0 where the trouble has no column.
    public var column: Int
    /// The dotted path of the key, such as `nodes[1].address`; empty for the whole file.
    public var keyPath: String
    /// What is wrong.
    public var problem: String
    /// What to do.
    public var remedy: String

    /// Creates an issue.
    public init(
        _ kind: Kind,
        file: String = "",
        line: Int = 0,
        column: Int = 0,
        keyPath: String = "",
        problem: String,
        remedy: String
    ) {
        self.kind = kind
        self.file = file
        self.line = line
        self.column = column
        self.keyPath = keyPath
        self.problem = problem
        self.remedy = remedy
    }

    /// `topology.yaml:4:13: engines.database: what is wrong; what to do`, in one line.
    public var description: String {
        var place = file
        if line > 0 { place += place.isEmpty ? "line \(line), column \(column)" : ":\(line):\(column)" }
        let prefix = [place, keyPath].filter { !$0.isEmpty }.map { $0 + ": " }.joined()
        return "\(prefix)\(problem); \(remedy)"
    }
}

extension TopologyIssue {
    private enum CodingKeys: CodingKey { case kind, file, line, column, keyPath, problem, remedy }

    /// Decodes what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decode(Kind.self, forKey: .kind)
        file = try container.decodeIfPresent(String.self, forKey: .file) ?? ""
        line = try container.decodeIfPresent(Int.self, forKey: .line) ?? 0
        column = try container.decodeIfPresent(Int.self, forKey: .column) ?? 0
        keyPath = try container.decode(String.self, forKey: .keyPath)
        problem = try container.decode(String.self, forKey: .problem)
        remedy = try container.decode(String.self, forKey: .remedy)
    }

    /// Encodes what is known.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        if !file.isEmpty { try container.encode(file, forKey: .file) }
        if line > 0 { try container.encode(line, forKey: .line) }
        if column > 0 { try container.encode(column, forKey: .column) }
        try container.encode(keyPath, forKey: .keyPath)
        try container.encode(problem, forKey: .problem)
        try container.encode(remedy, forKey: .remedy)
    }
}

/// Everything that is wrong with a topology, in the order of the file.
public struct TopologyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// At least one issue.
    public let issues: [TopologyIssue]

    /// Creates an error of at least one issue.
    public init(_ issues: [TopologyIssue]) {
        precondition(!issues.isEmpty, "an error needs an issue")
        self.issues = issues
    }

    /// One issue a line.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
