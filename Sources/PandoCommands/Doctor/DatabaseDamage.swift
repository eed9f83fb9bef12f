import PandoDatabase

/// What is wrong with a database file, in words for a person.
enum DatabaseDamage {
    /// The end of a sentence that begins with the file's name, such as `is cut off: it has 4096 of 8192 bytes`.
    ///
    /// - Parameter error: what a check of the file threw.
    static func words(for error: DatabaseError, at path: String) -> String {
        if let problem = DatabaseHeadCheck.problem(of: path) { return problem }
        let cause = error.underlying as? DatabaseError ?? error
        // Without Pando's own table the check's question about it is refused.
        guard cause.code != .statementRefused else { return "is no Pando database" }
        return "is damaged: \(firstFinding(in: cause.message))"
    }

    /// The first finding of `PRAGMA integrity_check`, a line each, which names a page, a row or an index.
    static func firstFinding(in message: String) -> String {
        let line = message.split(separator: "\n").first { !$0.contains("***") && !$0.contains("malformed") }
        guard let line else { return "SQLite cannot read it" }
        if let page = line.firstMatch(of: /[Pp]age (\d+)/) { return "page \(page.1) does not hold what it should" }
        return String(line)
    }
}
