import Foundation

/// The folder of the database: can it be written, does it last, is there room.
struct DataFolderCheck {
    static let wantedBytes = 1_073_741_824
    static let neededBytes = 104_857_600

    let path: String

    func findings() -> [Finding] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [absent()] }
        guard isFolder.boolValue else {
            return [Finding("data folder", .failed, "\(path) is a file", remedy: "mv '\(path)' '\(path).old'")]
        }
        return [writing(), fileSystem(), room(at: path)].compactMap(\.self)
    }

    /// A folder that will be made is as good as one that is there, if its parent lets us.
    private func absent() -> Finding {
        var parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: parent.path), parent.path != "/" {
            parent = parent.deletingLastPathComponent()
        }
        guard access(parent.path, W_OK | X_OK) == 0 else {
            let user = NSUserName()
            return Finding(
                "data folder",
                .failed,
                "\(path) is not there, and \(user) may not write to \(parent.path)",
                remedy: "sudo install -d -o \(user) '\(path)'"
            )
        }
        return Finding("data folder", .ok, "\(path) will be made")
    }

    private func writing() -> Finding {
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            return Finding(
                "data folder",
                .failed,
                "\(path) is not writable for \(NSUserName())",
                remedy: "sudo chown -R \(NSUserName()) '\(path)'"
            )
        }
        // Readable: see above.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let foreign = names.sorted().first { access("\(path)/\($0)", R_OK | W_OK) != 0 }
        if let foreign {
            return Finding(
                "data folder",
                .failed,
                "\(path)/\(foreign) is not writable for \(NSUserName())",
                remedy: "sudo chown -R \(NSUserName()) '\(path)'"
            )
        }
        return Finding("data folder", .ok, "\(path) is writable")
    }

    /// SQLite's locks and shared memory need a local file system.
    private func fileSystem() -> Finding? {
        guard let type = MountTable.current()?.type(of: path) else { return nil }
        switch type {
        case "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs":
            return Finding(
                "file system",
                .failed,
                "\(path) is on a network file system (\(type)), where SQLite's locks do not hold",
                remedy: "use --data with a folder on a local disk"
            )
        case "tmpfs", "ramfs":
            return Finding(
                "file system",
                .warning,
                "\(path) is in memory (\(type)): its data is gone with the machine's next start",
                remedy: "use --data with a folder on a disk"
            )
        default:
            return nil
        }
    }

    private func room(at path: String) -> Finding? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        let free = Int(clamping: UInt64(info.f_bavail) * UInt64(info.f_frsize))
        return DataFolderCheck.room(freeBytes: free, path: path)
    }

    static func room(freeBytes: Int, path: String) -> Finding {
        let megabytes = "\(freeBytes / 1_048_576) MiB free at \(path)"
        guard freeBytes < wantedBytes else { return Finding("disk space", .ok, megabytes) }
        return Finding(
            "disk space",
            freeBytes < neededBytes ? .failed : .warning,
            "only \(megabytes)",
            remedy: "du -xh '\(path)' | sort -h | tail; then remove what is not needed"
        )
    }
}
