import Foundation

/// The first bytes of the database's file: is it one, and is all of it there. Damage further in is found by reading every page.
struct DatabaseHeadCheck {
    /// The words for a file that does not begin as one of SQLite.
    static let noDatabase = "is no database"

    let path: String
    /// The app's command, for the remedy.
    let command: String

    func finding() -> Finding {
        guard FileManager.default.fileExists(atPath: path) else {
            return Finding("database", .ok, "\(path) will be made")
        }
        if let problem = ForeignDatabase.problem(of: path) {
            let remedy = ForeignDatabase.remedy(for: path, command: command)
            return Finding("database", .failed, "\(path) \(problem)", remedy: remedy)
        }
        guard let problem = DatabaseHeadCheck.problem(of: path) else {
            return Finding("database", .ok, "\(path) begins as it should; --deep reads every page")
        }
        return Finding("database", .failed, "\(path) \(problem)", remedy: "\(command) restore BACKUP")
    }

    /// What is wrong by the header of the file format (https://www.sqlite.org/fileformat2.html#the_database_header); nil
    /// where nothing is. Words that follow the file's name.
    static func problem(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return "cannot be read" }
        defer { try? file.close() }  // it was only read
        guard let head = try? file.read(upToCount: 100), let size = try? file.seekToEnd() else {
            return "cannot be read"
        }
        // A database that nothing was committed to yet.
        guard !head.isEmpty else { return nil }
        guard head.count == 100, head.starts(with: Data("SQLite format 3\0".utf8)) else { return noDatabase }
        func number(at offset: Int, _ length: Int) -> UInt64 {
            head.dropFirst(offset).prefix(length).reduce(0) { $0 << 8 | UInt64($1) }
        }
        let pageBytes = number(at: 16, 2) == 1 ? 65_536 : number(at: 16, 2)
        let pages = number(at: 28, 4)
        // The count of pages holds where the two change counters agree.
        guard number(at: 24, 4) == number(at: 92, 4), size < pages * pageBytes else { return nil }
        return "is cut off: it has \(size) of \(pages * pageBytes) bytes"
    }
}
