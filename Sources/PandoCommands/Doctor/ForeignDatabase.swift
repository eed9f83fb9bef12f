import Foundation
import PandoDatabase

/// A file in the place of the database that no backup of this app would mend: somebody else's.
enum ForeignDatabase {
    /// What it is, in words that follow the file's name; nil where it is Pando's, new, or not there.
    static func problem(of path: String) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        if DatabaseHeadCheck.problem(of: path) == DatabaseHeadCheck.noDatabase { return DatabaseHeadCheck.noDatabase }
        let tables = Database.foreignTables(in: path)
        guard !tables.isEmpty else { return nil }
        let more = tables.count > 3 ? " and \(tables.count - 3) more" : ""
        return "is another program's database, with \(tables.prefix(3).joined(separator: ", "))\(more) in it"
    }

    /// What to do about it.
    ///
    /// - Parameter command: the app's command.
    static func remedy(for path: String, command: String) -> String {
        let remedy = "mv '\(path)' '\(path).old'   (or name another folder by --data"
        guard DatabaseHeadCheck.problem(of: path) != nil else { return remedy + ")" }
        return remedy + "; if it was this app's, \(command) restore BACKUP)"
    }
}
