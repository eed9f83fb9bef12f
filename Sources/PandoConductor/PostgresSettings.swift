#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The settings of a private server.
///
/// They are arguments, not lines of a file: they win over `postgresql.conf` and ALTER SYSTEM, so that what Pando promises (an acknowledged
/// commit is on disk) holds whatever is in there.
enum PostgresSettings {
    static func arguments(_ configuration: LocalPostgres.Configuration, _ folder: PostgresFolder) -> [String] {
        var settings = durability.merging(upkeep) { $1 }.merging(logging(folder)) { $1 }
        // The value is a list: a path is quoted in it, and a quotation mark doubled.
        settings["unix_socket_directories"] = "\"\(folder.sockets.replacing("\"", with: "\"\""))\""
        settings["unix_socket_permissions"] = "0700"
        settings["listen_addresses"] = configuration.port == nil ? "" : "127.0.0.1"
        settings["port"] = "\(folder.port)"
        settings["max_connections"] = "\(configuration.maximumConnections)"
        settings["shared_buffers"] = "\(sharedBuffersMB(memoryBytes: memoryBytes()))MB"
        settings.merge(configuration.settings) { $1 }
        settings["cluster_name"] = PostgresProcesses.clusterName(for: folder.data)
        return ["-D", folder.data] + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private static let durability = [
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "wal_level": "replica",  // replicas can be added without a restart
    ]

    private static let upkeep = [
        "timezone": "UTC",
        "jit": "off",  // compiling costs more than it gains on the short statements of a service
        "idle_in_transaction_session_timeout": "60s",  // one that is forgotten holds back vacuum and the outbox
        "client_connection_check_interval": "10s",
        // Queues leave dead rows quickly, and a new service's tables have no statistics before the first round.
        "autovacuum_naptime": "10s",
        // Sooner than a transaction's limit, so that a deadlock ends by beginning one of them anew.
        "deadlock_timeout": "250ms",
    ]

    /// ``PostgresFolder/pruneLog()`` bounds the number of files.
    private static func logging(_ folder: PostgresFolder) -> [String: String] {
        [
            "logging_collector": "on",
            "log_destination": "stderr",
            "log_directory": folder.log,
            "log_filename": "postgresql-%Y-%m-%d_%H%M%S.log",
            "log_rotation_age": "1d",
            "log_rotation_size": "10MB",
            "log_line_prefix": "%m [%p] %q%u@%d ",
            "log_lock_waits": "on",
            "log_min_duration_statement": "1s",
            "log_parameter_max_length": "0",  // bound values are the users' data
        ]
    }

    /// A quarter of the memory, from 32 MB to 1 GB: the app runs on the same machine, and the kernel caches files besides.
    static func sharedBuffersMB(memoryBytes: Int) -> Int {
        min(max(memoryBytes / 4 / 1_048_576, 32), 1_024)
    }

    /// The memory of the machine, or what the container is allowed of it.
    private static func memoryBytes() -> Int {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let allowed = FileTail.lines(of: "/sys/fs/cgroup/memory.max").first.flatMap { Int($0) }
        return min(machine, allowed ?? machine)
    }
}
