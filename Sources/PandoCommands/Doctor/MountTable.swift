import Foundation

/// Which file system is mounted where, from Linux's mount table (proc(5): /proc/self/mounts).
struct MountTable {
    private let mounts: [(folder: String, type: String)]

    /// Reads the text of a mount table: device, folder, type, options a line.
    init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            return fields.count >= 3 ? (String(fields[1]).replacing("\\040", with: " "), String(fields[2])) : nil
        }
    }

    /// This process's table; nil where the system has none.
    static func current() -> MountTable? {
        SystemTable.text("/proc/self/mounts").map(MountTable.init)
    }

    /// The type of the file system that holds a path: that of the longest mounted folder above it, the last one mounted there.
    func type(of path: String) -> String? {
        let path = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        let above = mounts.filter { path == $0.folder || $0.folder == "/" || path.hasPrefix($0.folder + "/") }
        let longest = above.map(\.folder.count).max()
        return above.last { $0.folder.count == longest }?.type
    }
}
