import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The user that a server runs as: this process's own, or for root, which PostgreSQL refuses, one without its powers.
struct ServerUser: Sendable {
    let name: String
    let userID: uid_t
    let groupID: gid_t

    /// Part of Debian's util-linux, which is always there.
    static let setpriv = "/usr/bin/setpriv"

    /// Whether the server's files are this process's own.
    var isSelf: Bool { userID == geteuid() }

    /// The user for a data folder: its owner where root serves one that is there, so that nothing changes hands.
    ///
    /// - Throws: ``ConductorError`` with code `engineMissing` where there is nobody to run the server as.
    static func serving(_ data: FileStatus?) throws(ConductorError) -> ServerUser {
        guard geteuid() == 0 else { return ServerUser(geteuid()) ?? unnamed(geteuid(), getegid()) }
        guard access(setpriv, X_OK) == 0 else {
            throw ConductorError(
                .engineMissing,
                "root needs \(setpriv) to start PostgreSQL: apt-get install util-linux"
            )
        }
        if let data, data.owner != 0 { return ServerUser(data.owner) ?? unnamed(data.owner, data.group) }
        if let user = ServerUser(named: "postgres") { return user }
        throw ConductorError(
            .engineMissing,
            "PostgreSQL does not run as root, and there is no user 'postgres' to run it as: "
                + "\(PostgresInstallation.installCommand), or start as an ordinary user"
        )
    }

    private static func unnamed(_ userID: uid_t, _ groupID: gid_t) -> ServerUser {
        ServerUser(name: "\(userID)", userID: userID, groupID: groupID)
    }

    private init(name: String, userID: uid_t, groupID: gid_t) {
        self.name = name
        self.userID = userID
        self.groupID = groupID
    }

    /// Looks a user up by number.
    init?(_ userID: uid_t) {
        self.init { getpwuid_r(userID, $0, $1, $2, $3) }
    }

    private init?(named name: String) {
        self.init { getpwnam_r(name, $0, $1, $2, $3) }
    }

    private typealias Entry = UnsafeMutablePointer<passwd>

    private init?(_ find: (Entry, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<Entry?>) -> Int32) {
        var entry = passwd()
        var found: Entry?
        var text = [CChar](repeating: 0, count: 16_384)
        guard find(&entry, &text, text.count, &found) == 0, let found else { return nil }
        name = String(cString: found.pointee.pw_name)
        userID = found.pointee.pw_uid
        groupID = found.pointee.pw_gid
    }

    /// How a program is started as this user, in a session of its own: Ctrl-C at the terminal is ours alone to answer.
    ///
    /// `setpriv` changes the user. Subprocess could, but does it in the child of a process with threads, where glibc waits for those that
    /// the child does not have: it hangs now and then (setxid in nptl).
    ///
    /// It also has the kernel send SIGINT when the parent dies, by SIGKILL too (prctl(2), PR_SET_PDEATHSIG). Strictly that is when the
    /// thread dies that started the program: Subprocess starts all on one thread that lives as long as the process, and were that to change,
    /// tests would see their servers vanish. Without `setpriv`, the next run ends the orphan.
    ///
    /// The caller's variables (PGDATA, PGOPTIONS, the language of messages) are none of the program's business.
    func command(_ program: String, _ arguments: [String], teardown: [TeardownStep]) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = teardown
        let change = isSelf ? [] : ["--reuid", "\(userID)", "--regid", "\(groupID)", "--clear-groups"]
        let wrapped = ["--pdeathsig", "INT"] + change + ["--", program] + arguments
        let plain = isSelf && access(Self.setpriv, X_OK) != 0
        return Configuration(
            executable: .path(FilePath(plain ? program : Self.setpriv)),
            arguments: Arguments(plain ? arguments : wrapped),
            environment: .custom(["PATH": "/usr/bin:/bin", "LC_ALL": "C"]),
            workingDirectory: "/",
            platformOptions: options
        )
    }
}
