import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Processes of PostgreSQL that run on a data folder, from Linux's process table (proc(5)).
///
/// Where there is no such table, nothing is found and PostgreSQL's own checks decide.
struct PostgresProcesses {
    /// The setting `cluster_name` of the folder's server, which is in its arguments and in the titles of its processes: a short name for the
    /// folder (FNV-1a), the same in every run.
    static func clusterName(for data: String) -> String {
        let hash = data.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "pando-\(String(hash, radix: 16))"
    }

    /// Servers with their pid, and whether Pando started them.
    private(set) var servers: [(pid: pid_t, isOurs: Bool)] = []
    /// What a server that was killed has left behind.
    private(set) var others: [pid_t] = []

    var all: [pid_t] { servers.map(\.pid) + others }

    init(servingData data: String) {
        let name = Self.clusterName(for: data)
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // not Linux: none
        for pid in entries.compactMap({ pid_t($0) }) {
            let arguments = Self.arguments(of: pid)
            guard let program = arguments.first else { continue }
            if program.hasSuffix("/postgres") || program == "postgres" {
                guard arguments.contains(data) || Self.workingFolder(of: pid) == data else { continue }
                servers.append((pid, arguments.contains("cluster_name=\(name)")))
            } else if program.hasPrefix("postgres: \(name): ")
                || program.hasPrefix("postgres: ") && Self.workingFolder(of: pid) == data
            {
                others.append(pid)
            }
        }
    }

    /// Whether a process that lives is one of PostgreSQL's.
    static func isPostgres(_ pid: pid_t) -> Bool {
        arguments(of: pid).first?.contains("postgres") ?? false
    }

    /// The name of a process's program; nil where there is none.
    static func name(of pid: pid_t) -> String? {
        arguments(of: pid).first?.split(separator: "/").last.map(String.init)
    }

    private static func arguments(of pid: pid_t) -> [String] {
        // It may be gone by now.
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return [] }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func workingFolder(of pid: pid_t) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")  // not for us to know, or gone
    }
}
