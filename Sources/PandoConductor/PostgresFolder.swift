import FoundationEssentials
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What belongs to one private server on disk.
///
/// ```
/// lock      held by the process that serves the folder        ours
/// pgpass    the password for TCP, as libpq reads it           ours, 0600
/// data/     the database                                      the server's, 0700
/// log/      its log, the last ten files of 10 MB              the server's, 0700
/// run/      its socket; in /tmp where this path is too long   the server's, 0700
/// start.log what it says before it writes its own log         ours
/// ```
///
/// "Ours" is this process's user, and "the server's" is the same one unless this is root. Whoever may enter `run/` may log in without
/// a password: that is root and the owner of the data's own files, from whom a password would protect nothing.
struct PostgresFolder: Sendable {
    let path: String
    let user: ServerUser
    let sockets: String
    let port: Int

    var data: String { "\(path)/data" }
    var log: String { "\(path)/log" }
    var passwordFile: String { "\(path)/pgpass" }
    var startLog: String { "\(path)/start.log" }

    /// Makes what is missing, except the database.
    ///
    /// - Throws: ``ConductorError`` with code `folderRefused`, `folderInUse` or `engineMissing`.
    static func open(_ configuration: LocalPostgres.Configuration) async throws -> (PostgresFolder, FolderLock) {
        try requireOwners(configuration.folder)
        let path = try makeRoot(configuration.folder)
        let lock = try FolderLock("\(path)/lock") { holder in
            let server = FileTail.lines(of: "\(path)/data/postmaster.pid").first ?? "not started yet"
            let name = pid_t(holder).flatMap(PostgresProcesses.name).map { "\($0), " } ?? ""
            return "\(path) is in use by \(name)process \(holder), with its PostgreSQL, process \(server): "
                + "stop it first, or use another folder"
        }
        do {
            let port = configuration.port ?? 5432
            let user = try ServerUser.serving(FileStatus("\(path)/data"))
            try await ConductorError.wrapping(.folderRefused, "cannot look at \(path) as user \(user.name)") {
                try await requireEntry(to: path, for: user)
            }
            try claim("\(path)/log", for: user)
            let sockets = try socketFolder(in: path, port: port, for: user)
            return (PostgresFolder(path: path, user: user, sockets: sockets, port: port), lock)
        } catch {
            lock.release()
            throw error
        }
    }

    /// The version of the database that is there; nil where there is none.
    ///
    /// - Throws: ``ConductorError`` with code `folderRefused` where something else is in its place.
    func dataVersion() throws(ConductorError) -> String? {
        guard FileStatus(data) != nil else { return nil }
        try Self.requireOwner(data, user)
        guard let version = FileTail.lines(of: "\(data)/PG_VERSION").first else {
            throw ConductorError(
                .folderRefused,
                "\(data) is not a database of PostgreSQL (no PG_VERSION): move it away"
            )
        }
        return String(version)
    }

    /// Removes the socket's folder where it is not within this one.
    func removeOutsideSockets() {
        guard !sockets.hasPrefix(path + "/") else { return }
        try? FileManager.default.removeItem(atPath: sockets)  // an empty folder in /tmp at worst
    }

    /// Keeps the newest ten files of the log: the server begins another one at every start, every day and every 10 MB.
    func pruneLog() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: log)) ?? []  // made by us, so it is there
        for name in names.sorted().dropLast(10) { unlink("\(log)/\(name)") }
    }

    /// The last lines of what the server said.
    func lastWords() -> String {
        let newest = (try? FileManager.default.contentsOfDirectory(atPath: log))?.max()  // made by us, so it is there
        let lines = FileTail.lines(of: startLog) + (newest.map { FileTail.lines(of: "\(log)/\($0)") } ?? [])
        return lines.suffix(15).map { "\n  \($0)" }.joined()
    }

    // MARK: - Making

    private static func makeRoot(_ path: String) throws(ConductorError) -> String {
        do {
            if !FileManager.default.fileExists(atPath: path) {
                // Another user than root has to pass through to what it owns below, and sees nothing here.
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: geteuid() == 0 ? 0o711 : 0o700]
                )
            }
        } catch {
            throw ConductorError(.folderRefused, "cannot make \(path)", underlying: error)
        }
        return try realPath(path)
    }

    private static func requireEntry(to path: String, for user: ServerUser) async throws {
        guard !user.isSelf else { return }
        let answer = try await Subprocess.run(
            user.command("/usr/bin/test", ["-x", path], teardown: []),
            output: .discarded
        )
        guard !answer.terminationStatus.isSuccess else { return }
        throw ConductorError(
            .folderRefused,
            "PostgreSQL runs as user \(user.name), who may not enter \(path): `namei -m \(path)` shows which folder on the way "
                + "lacks x for others; chmod o+x it, or use a folder elsewhere, such as one in /srv"
        )
    }

    /// Makes a folder that only the server's user may enter.
    static func claim(_ path: String, for user: ServerUser) throws(ConductorError) {
        if mkdir(path, 0o700) == 0 {
            try give(path, to: user)
        } else if errno != EEXIST {
            throw refusal("cannot make \(path)")
        }
        try requireOwner(path, user)
    }

    private static func give(_ path: String, to user: ServerUser) throws(ConductorError) {
        guard user.isSelf || lchown(path, user.userID, user.groupID) == 0 else {
            throw refusal("cannot give \(path) to user \(user.name)")
        }
    }

    private static func requireOwner(_ path: String, _ user: ServerUser) throws(ConductorError) {
        guard let status = FileStatus(path), status.isFolder else {
            throw ConductorError(.folderRefused, "\(path) is not a folder: move it away")
        }
        guard status.owner != user.userID else { return }
        throw ConductorError(
            .folderRefused,
            "\(path) belongs to \(ServerUser.name(of: status.owner)), and PostgreSQL runs as \(user.name)"
        )
    }

    /// A Unix socket's address holds 107 bytes on Linux, and libpq takes a comma in it for the next host.
    private static func socketFolder(in path: String, port: Int, for user: ServerUser) throws(ConductorError) -> String
    {
        let folder = "\(path)/run"
        let limit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        if "\(folder)/.s.PGSQL.\(port)".utf8.count <= limit, !folder.contains(",") {
            try claim(folder, for: user)
            return folder
        }
        var name = Array("/tmp/pando-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw refusal("cannot make a folder for the socket in /tmp") }
        let made = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try give(made, to: user)
        return made
    }

    /// Made where a system call has just failed.
    static func refusal(_ what: String) -> ConductorError {
        ConductorError(.folderRefused, what, underlying: Errno(rawValue: errno))
    }
}
