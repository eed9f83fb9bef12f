#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension LocalPostgres {
    /// Refuses a folder whose files belong to other users than those who would work on them, before anything is made in it.
    ///
    /// - Throws: ``ConductorError`` with code `folderRefused`, which names the owner and what to do; `engineMissing` where there is
    ///   nobody to run the server as.
    package static func requireOwners(of folder: String) throws(ConductorError) {
        try PostgresFolder.requireOwners(folder)
    }
}

extension PostgresFolder {
    /// See ``LocalPostgres/requireOwners(of:)``. A folder that is not there, or may not be looked at, is found later.
    static func requireOwners(_ folder: String) throws(ConductorError) {
        guard let path = try? realPath(folder) else { return }
        let user = try ServerUser.serving(FileStatus("\(path)/data"))
        guard geteuid() == 0 else { return try requireOwn(path, user) }
        let parts = ["data", "log", "run"].map { "\(path)/\($0)" }
        let foreign = parts.filter { FileStatus($0).map { $0.owner != user.userID } ?? false }
        guard let first = foreign.first, let owner = FileStatus(first)?.owner else { return }
        throw ConductorError(
            .folderRefused,
            "\(first) belongs to \(ServerUser.name(of: owner)), and PostgreSQL runs as \(user.name): "
                + "chown -R \(user.name) \(foreign.joined(separator: " "))"
        )
    }

    /// All of it belongs to an ordinary user who serves it.
    static func requireOwn(_ path: String, _ user: ServerUser) throws(ConductorError) {
        let parts = [path] + ["data", "log", "run", "lock", "pgpass", "start.log"].map { "\(path)/\($0)" }
        let foreign = parts.first { FileStatus($0).map { $0.owner != user.userID } ?? false }
        guard let foreign, let owner = FileStatus(foreign)?.owner else { return }
        // Root serves what is another's, but for data of its own, since PostgreSQL refuses root.
        let isRoots = FileStatus("\(path)/data")?.owner == 0
        let start =
            owner == 0 ? isRoots ? "" : "start as root, or " : "start as \(ServerUser.name(of: owner)) or root, or "
        throw ConductorError(
            .folderRefused,
            "\(foreign) belongs to \(ServerUser.name(of: owner)), and this is \(user.name): \(start)"
                + "sudo chown -R \(user.name) \(path)"
        )
    }

    static func realPath(_ path: String) throws(ConductorError) -> String {
        guard let real = realpath(path, nil) else { throw refusal("cannot open \(path)") }
        defer { free(real) }
        return String(cString: real)
    }
}

extension ServerUser {
    /// A user as messages name it.
    static func name(of userID: uid_t) -> String { ServerUser(userID)?.name ?? "user \(userID)" }
}
