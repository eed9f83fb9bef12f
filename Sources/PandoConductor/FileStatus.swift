#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who owns a file, without following a symbolic link at the end of its path.
struct FileStatus {
    let owner: uid_t
    let group: gid_t
    let isFolder: Bool

    /// - Returns: nil where there is no such file, or it may not be looked at.
    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        owner = status.st_uid
        group = status.st_gid
        isFolder = status.st_mode & S_IFMT == S_IFDIR
    }
}
