package import Yams

/// The YAML tree of a file: its root mapping and the keys that were written twice.
package struct SourceDocument {
    /// Stands in for the first scalar of a key that was written twice, so that the rest can still be read.
    static let repeatedMark: Unicode.Scalar = "\u{E000}"
    private static let repeatedLimit = 16

    package let root: Node.Mapping
    package let issues: [TopologyIssue]

    /// Parses the text. Keys written twice are issues, and the first of them counts; a text that is no mapping is an error.
    package init(_ source: SourceText, file: String) throws(TopologyError) {
        var text = source.text
        var issues: [TopologyIssue] = []
        while true {
            do {
                let node = try compose(yaml: text, .basic, .default, .utf8)
                root = try SourceDocument.mapping(node, file: file, remedy: source.kind.start)
                self.issues = issues
                return
            } catch let error as TopologyError {
                throw error
            } catch YamlError.duplicatedKeysInMapping(let keys, let context)
                where issues.count < SourceDocument.repeatedLimit
            {
                guard let key = keys.first, let found = RepeatedKey(key, after: context.mark, in: text) else {
                    throw TopologyError(issues + [SourceDocument.unreadable(keys, context.mark, file)])
                }
                issues.append(found.issue(file: file))
                text = found.masked
            } catch {
                throw TopologyError(issues + [SourceDocument.issue(error, file: file, kind: source.kind)])
            }
        }
    }

    private static func mapping(_ node: Node?, file: String, remedy: String) throws(TopologyError)
        -> Node.Mapping
    {
        let isEmpty = node.map { $0.scalar?.string.isEmpty ?? false } ?? true
        if isEmpty {
            throw TopologyError([
                TopologyIssue(.schema, file: file, line: 1, column: 1, problem: "the file is empty", remedy: remedy)
            ])
        }
        guard let mapping = node?.mapping else {
            let mark = node?.mark
            throw TopologyError([
                TopologyIssue(
                    .schema,
                    file: file,
                    line: mark?.line ?? 1,
                    column: mark?.column ?? 1,
                    problem: "the file holds no 'key: value' lines",
                    remedy: remedy
                )
            ])
        }
        return mapping
    }

    private static func unreadable(_ keys: [String], _ mark: Mark, _ file: String) -> TopologyIssue {
        let names = keys.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        return TopologyIssue(
            .schema,
            file: file,
            line: mark.line,
            column: mark.column,
            problem: "\(names) is written more than once",
            remedy: "keep one of them"
        )
    }

    private static func issue(_ error: any Error, file: String, kind: SourceKind) -> TopologyIssue {
        guard let error = error as? YamlError else {
            return TopologyIssue(.syntax, file: file, problem: "not YAML (\(error))", remedy: kind.help)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let doing = context.map { " \($0.text.trimmingSuffix(" ")) that begins at line \($0.mark.line)" } ?? ""
            return TopologyIssue(
                .syntax,
                file: file,
                line: mark.line,
                column: mark.column,
                problem: "not YAML: \(problem)\(doing)",
                remedy: context?.text.contains("alias") == true
                    ? "put quotes around a text that begins with '*'"
                    : "check indentation, quotes and brackets here and on the line above"
            )
        case .composer(_, let problem, let mark, _):
            return TopologyIssue(
                .syntax,
                file: file,
                line: mark.line,
                column: mark.column,
                problem: "not one YAML document: \(problem)",
                remedy: "keep one document a file, without aliases"
            )
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
            return TopologyIssue(.syntax, file: file, problem: "not YAML: \(error)", remedy: kind.help)
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
