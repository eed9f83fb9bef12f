import Foundation

/// Processor time used by this process.
enum ProcessorTime {
    /// User and system time since the process began, in seconds.
    static var ofProcess: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// The bound that the system sets on open descriptors.
enum DescriptorLimit {
    /// Makes sure that `count` descriptors can be open, raising the soft limit up to the hard one.
    ///
    /// - Throws: `invalidConfiguration` with the limit and the command that raises it.
    static func reserve(_ count: Int) throws(LoadError) {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(count) else { return }
        if limit.rlim_max >= rlim_t(count) {
            limit.rlim_cur = rlim_t(count)
            if setrlimit(resource, &limit) == 0 { return }
        }
        throw LoadError(
            .invalidConfiguration,
            "maxConnections needs \(count) open descriptors, and the system allows \(limit.rlim_max): raise it with"
                + " \"ulimit -n \(count)\" or use fewer connections"
        )
    }

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif
}
