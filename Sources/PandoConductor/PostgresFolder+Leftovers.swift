#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension PostgresFolder {
    /// Ends what an earlier process of ours has left running, so that a server can start. The lock must be held.
    ///
    /// An orphaned server is stopped, not adopted: its end cannot be waited for, its settings may be others, and it would outlive us as
    /// it outlived its parent. Starting another one takes a second.
    ///
    /// - Throws: ``ConductorError`` with code `folderInUse` where somebody else's server is in the way, or one will not end.
    func endLeftovers(stopTimeout: Duration) async throws {
        let steps: [(signal: Int32, wait: Duration)] = [
            (SIGINT, stopTimeout), (SIGQUIT, .seconds(5)), (SIGKILL, .seconds(5)),
        ]
        for step in steps {
            let left = PostgresProcesses(servingData: data)
            if let foreign = left.servers.first(where: { !$0.isOurs }) {
                throw ConductorError(
                    .folderInUse,
                    "\(data) is served by a PostgreSQL that was started by hand, process \(foreign.pid): kill -INT \(foreign.pid)"
                )
            }
            // Without a server, its processes can only be broken off.
            let signal = left.servers.isEmpty && step.signal == SIGINT ? SIGQUIT : step.signal
            for pid in left.servers.isEmpty ? left.others : left.servers.map(\.pid) { kill(pid, signal) }
            if try await haveEnded(within: step.wait) { return removeStaleLocks() }
        }
        let left = PostgresProcesses(servingData: data).all.map(String.init).joined(separator: ", ")
        throw ConductorError(.folderInUse, "\(data) is served by processes that do not end: \(left)")
    }

    private func haveEnded(within limit: Duration) async throws -> Bool {
        let end = ContinuousClock.now + limit
        while !PostgresProcesses(servingData: data).all.isEmpty {
            guard ContinuousClock.now < end else { return false }
            try await Task.sleep(for: .milliseconds(50))
        }
        return true
    }

    /// PostgreSQL takes a lock file for valid while any process of its user has the number that is in it, as happens after a restart of the
    /// machine or of a container.
    private func removeStaleLocks() {
        for lock in ["\(data)/postmaster.pid", "\(sockets)/.s.PGSQL.\(port).lock"] {
            guard let pid = FileTail.lines(of: lock).first.flatMap({ pid_t($0) }), kill(pid, 0) == 0 else { continue }
            if !PostgresProcesses.isPostgres(pid) { unlink(lock) }
        }
    }
}
