import Foundation

/// The process that listens on a port.
struct PortOwner: CustomStringConvertible {
    let pid: Int
    let name: String

    var description: String { "\(name) (process \(pid))" }

    /// Finds who listens, from Linux's process table (proc(5): /proc/net/tcp, /proc/<pid>/fd).
    ///
    /// - Returns: nil where the owner belongs to another user, or the system has no such table.
    static func find(port: Int) -> PortOwner? {
        let inodes = Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeningInodes(in: $0, port: port) })
        guard !inodes.isEmpty else { return nil }
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // not Linux: none
        for pid in processes.compactMap({ Int($0) }) where holds(pid: pid, inodes) {
            let name = SystemTable.text("/proc/\(pid)/comm") ?? "?"  // it may be gone
            return PortOwner(pid: pid, name: name.split(separator: "\n").first.map(String.init) ?? "?")
        }
        return nil
    }

    /// Column 1 is `address:port` in hexadecimal, column 3 the state (0A: listening), column 9 the inode.
    static func listeningInodes(in file: String, port: Int) -> [String] {
        (SystemTable.text(file) ?? "").split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", let hex = fields[1].split(separator: ":").last else {
                return nil
            }
            return Int(hex, radix: 16) == port ? String(fields[9]) : nil
        }
    }

    /// The process that started another one; nil where that is gone, or there is no such table.
    static func parent(of pid: Int) -> Int? {
        let status = SystemTable.text("/proc/\(pid)/status") ?? ""  // gone, or not Linux
        let line = status.split(separator: "\n").first { $0.hasPrefix("PPid:") }
        return line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) }
    }

    private static func holds(pid: Int, _ inodes: Set<String>) -> Bool {
        let folder = "/proc/\(pid)/fd"
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // another user's
        return descriptors.contains { descriptor in
            // A descriptor may be closed by now.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)"),
                target.hasPrefix("socket:[")
            else { return false }
            return inodes.contains(String(target.dropFirst("socket:[".count).dropLast()))
        }
    }
}
