import Foundation

/// How many files and connections this process may open.
enum DescriptorCheck {
    /// Fewer leave no room for a few thousand connections beside the database's files.
    static let wanted = 4_096

    static func finding() -> Finding {
        var limits = rlimit()
        #if canImport(Glibc)
            let status = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        #else
            let status = getrlimit(RLIMIT_NOFILE, &limits)
        #endif
        guard status == 0 else {
            return Finding("open files", .warning, "the limit cannot be read: \(String(cString: strerror(errno)))")
        }
        return finding(soft: Int(clamping: limits.rlim_cur), hard: Int(clamping: limits.rlim_max))
    }

    static func finding(soft: Int, hard: Int) -> Finding {
        guard soft < wanted else { return Finding("open files", .ok, "up to \(soft)") }
        let remedy =
            hard >= wanted
            ? "ulimit -n \(min(hard, 65_536))"
            : "set LimitNOFILE=65536 in the service's unit, or raise it in /etc/security/limits.conf"
        return Finding(
            "open files",
            soft < 256 ? .failed : .warning,
            "only \(soft), \(wanted) are wanted",
            remedy: remedy
        )
    }
}
