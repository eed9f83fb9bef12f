import Foundation

/// What became of the configuration of another proxy: a file of an edge, and all that it does not say.
///
/// ```swift
/// let imported = try EdgeImport(path: "/etc/nginx/nginx.conf")
/// print(imported.yaml)
/// for note in imported.notes { print(note) }
/// ```
///
/// What is not understood is never guessed: a path whose action cannot be translated answers 501, one that rules about who may (`allow`,
/// `auth_basic` and others) guarded answers 403, and both are in the notes.
public struct EdgeImport: Sendable, Equatable {
    /// Whose configuration it was.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// nginx.conf, or a part of one.
        case nginx
        /// haproxy.cfg.
        case haproxy
    }

    /// Something of the original that is not in the file as it was.
    public struct Note: Sendable, Hashable, CustomStringConvertible {
        /// How much it matters.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// It kept somebody out, and does not any more, or keeps out more than it did.
            case protection
            /// It did something that the file does not do.
            case untranslated = "not translated"
            /// It is translated, and not the same in every case.
            case differs
            /// The edge does it without being told, or has no need of it.
            case unneeded = "not needed"
        }

        /// How much it matters.
        public let kind: Kind
        /// The file of the original.
        public let file: String
        /// From 1.
        public let line: Int
        /// The directive, with the beginning of its values.
        public let directive: String
        /// What became of it, and what to do instead.
        public let advice: String

        /// `nginx.conf:12: not translated: rewrite ^/a /b: what to do`, in one line.
        public var description: String { "\(file):\(line): \(kind.rawValue): \(directive): \(advice)" }
    }

    /// Whose configuration it was.
    public let kind: Kind
    /// A file of an edge, with comments that name the lines of the original.
    public let yaml: String
    /// In the order of the original; those of one kind of the same place once.
    public let notes: [Note]

    /// Reads and translates a file, and what it includes.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - kind: Whose it is; nil to tell by what is in it.
    /// - Throws: ``EdgeConfigurationError`` where it cannot be read or taken apart, with the line.
    public init(path: String, kind: Kind? = nil) throws(EdgeConfigurationError) {
        try self.init(try ImportFiles.contents(of: path, from: nil), file: path, kind: kind)
    }

    /// Translates the text of a file.
    ///
    /// - Parameters:
    ///   - file: Its name for messages; what it includes is looked for beside it.
    ///   - kind: Whose it is; nil to tell by what is in it.
    /// - Throws: ``EdgeConfigurationError`` where it cannot be taken apart, with the line.
    public init(_ text: String, file: String, kind: Kind? = nil) throws(EdgeConfigurationError) {
        let kind = kind ?? Self.kind(of: text)
        self.kind = kind
        let draft: ImportDraft
        switch kind {
        case .nginx:
            var files = ImportFiles(root: file)
            let directives = try files.expanded(try NginxParser.parse(text, file: file))
            var importer = NginxImport()
            importer.read(directives)
            draft = importer.draft
        case .haproxy:
            var importer = HAProxyImport()
            importer.read(try HAProxyParser.parse(text, file: file))
            draft = importer.draft
        }
        yaml = draft.yaml(of: file)
        notes = draft.sortedNotes
    }

    /// Sections of HAProxy begin lines with words that nginx writes braces behind.
    private static func kind(of text: String) -> Kind {
        let sections: Set<Substring> = ["global", "defaults", "frontend", "backend", "listen"]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, line.hasPrefix(first), sections.contains(first), !line.contains("{"),
                !line.contains(";")
            else {
                continue
            }
            return .haproxy
        }
        return .nginx
    }
}

/// Where something stood in the original.
struct ImportPlace: Sendable, Hashable, CustomStringConvertible {
    let file: String
    let line: Int
    var description: String { "\(file):\(line)" }

    /// An error of the original at this place.
    func error(_ problem: String, _ remedy: String) -> EdgeConfigurationError {
        var issue = EdgeIssue(.error, "", problem, remedy)
        (issue.file, issue.line, issue.column) = (file, line, 1)
        return EdgeConfigurationError([issue])
    }
}
