extension MetricsRegistry {
    /// Adds what the operating system knows of this process, under the names that Prometheus' own clients use.
    ///
    /// | metric | meaning |
    /// |---|---|
    /// | `process_cpu_seconds_total` | processor time used, user and kernel |
    /// | `process_resident_memory_bytes`, `process_virtual_memory_bytes` | memory |
    /// | `process_threads` | threads |
    /// | `process_open_fds`, `process_max_fds` | descriptors open, and how many may be |
    /// | `process_start_time_seconds` | when the process started, since 1970 |
    /// | `process_uptime_seconds` | how long this registry has been collecting |
    /// | `process_processors` | processors online: the bound of the processor time a second |
    ///
    /// Each scrape reads a few files of `/proc/self`, some tens of microseconds.
    public func collectProcess() {
        let started = ContinuousClock.now
        let startTime = ProcessStatistics.startTime
        collectOne("process_cpu_seconds_total", "Processor time used, user and kernel.", .counter) {
            ProcessStatistics.cpuSeconds
        }
        collectOne("process_resident_memory_bytes", "Memory that is resident.", .gauge) {
            ProcessStatistics.memoryBytes?.resident
        }
        collectOne("process_virtual_memory_bytes", "Addresses that are reserved.", .gauge) {
            ProcessStatistics.memoryBytes?.virtual
        }
        collectOne("process_threads", "Threads of the process.", .gauge) { ProcessStatistics.threads }
        collectOne("process_open_fds", "Open descriptors.", .gauge) { ProcessStatistics.openDescriptors }
        collectOne("process_max_fds", "Descriptors that may be open.", .gauge) {
            ProcessStatistics.maximumDescriptors
        }
        collectOne("process_start_time_seconds", "When the process started, since 1970.", .gauge) { startTime }
        collectOne("process_uptime_seconds", "How long the process has been measured.", .gauge) {
            (ContinuousClock.now - started).inSeconds
        }
        collectOne("process_processors", "Processors online.", .gauge) { ProcessStatistics.processors }
    }

    private func collectOne(
        _ name: String,
        _ help: String,
        _ kind: CollectedKind,
        _ value: @escaping @Sendable () -> Double?
    ) {
        collect(name, help: help, kind: kind) { value().map { [(labels: [], value: $0)] } ?? [] }
    }
}
