import Foundation

extension LocalPostgres {
    /// Where the server of a folder listens that another process runs; nil where none does.
    ///
    /// What its own lock file says (https://www.postgresql.org/docs/15/storage-file-layout.html, `postmaster.pid`).
    public static func running(in folder: String) -> (host: String, port: Int)? {
        guard let text = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8) else {
            return nil
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 8, lines[7].hasPrefix("ready"), let process = pid_t(lines[0]), let port = Int(lines[3]),
            PostgresProcesses.isPostgres(process), !lines[4].isEmpty
        else { return nil }
        return (String(lines[4]), port)
    }
}
