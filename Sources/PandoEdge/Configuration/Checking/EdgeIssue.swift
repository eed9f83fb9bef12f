import PandoTopology

/// One thing that is wrong with a configuration, or risky: where, what, and what to do.
public struct EdgeIssue: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whether it can be run.
    public enum Severity: String, Sendable, Hashable {
        /// It cannot.
        case error
        /// It can, and somebody should have wanted it.
        case warning
    }

    /// Another place that has to do with it.
    public struct Place: Sendable, Hashable {
        /// The dotted path of its key.
        public var keyPath: String
        /// From 1; 0 where it is not known.
        public var line = 0
    }

    /// Whether it can be run.
    public var severity: Severity
    /// The file's name as it was given; empty for a configuration that was made in code.
    public var file = ""
    /// From 1; 0 where the trouble has no line.
    public var line = 0
    /// From 1, counted in Unicode scalars; 0 where the trouble has no column.
    public var column = 0
    /// The dotted path of the key, such as `upstreams.app.balance`; empty for the whole file.
    public var keyPath: String
    /// What is wrong.
    public var problem: String
    /// What to do.
    public var remedy: String
    /// Another place that has to do with it; nil for none.
    public var other: Place?

    /// Creates an issue without a place in a file.
    public init(
        _ severity: Severity,
        _ keyPath: String,
        _ problem: String,
        _ remedy: String,
        other: String? = nil
    ) {
        self.severity = severity
        self.keyPath = keyPath
        self.problem = problem
        self.remedy = remedy
        self.other = other.map { Place(keyPath: $0) }
    }

    /// An issue of the text or of its words.
    init(_ issue: TopologyIssue) {
        self.init(.error, issue.keyPath, issue.problem, issue.remedy)
        (file, line, column) = (issue.file, issue.line, issue.column)
    }

    /// `edge.yaml:12:7: error: upstreams.app.balance: what is wrong; what to do`, in one line, as compilers print.
    public var description: String {
        var place = file
        if line > 0 { place += place.isEmpty ? "line \(line), column \(column)" : ":\(line):\(column)" }
        let prefix = [place, severity.rawValue, keyPath].filter { !$0.isEmpty }.map { $0 + ": " }.joined()
        let other = other.map { $0.line > 0 ? " (\($0.keyPath), line \($0.line))" : " (\($0.keyPath))" } ?? ""
        return "\(prefix)\(problem)\(other); \(remedy)"
    }

    /// With the places of the file.
    func placed(by log: ReadingLog) -> EdgeIssue {
        var issue = self
        issue.file = log.file
        if let place = log.place(of: keyPath) { (issue.line, issue.column) = place }
        if let other, let place = log.place(of: other.keyPath) { issue.other?.line = place.line }
        return issue
    }
}

/// Why a configuration cannot be run: its issues in the order of the file, at least one of them an error.
public struct EdgeConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Warnings are among them.
    public let issues: [EdgeIssue]

    /// Creates an error of at least one issue.
    public init(_ issues: [EdgeIssue]) {
        precondition(!issues.isEmpty, "an error needs an issue")
        self.issues = issues
    }

    /// One issue a line.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
