#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the operating system says about this process, read from `/proc/self` when asked.
///
/// Every value is optional: a system without `/proc` gives nil, and the metric is left out.
enum ProcessStatistics {
    /// Seconds of processor time that the process has used, in user and kernel mode.
    static var cpuSeconds: Double? {
        var usage = rusage()
        #if canImport(Glibc)
            guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        #else
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { return nil }
        #endif
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// Bytes of memory: reserved addresses, and what is resident.
    static var memoryBytes: (virtual: Double, resident: Double)? {
        guard let fields = read("/proc/self/statm")?.split(separator: " "), fields.count > 1,
            let virtual = Double(fields[0]), let resident = Double(fields[1])
        else { return nil }
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        return (virtual * page, resident * page)
    }

    /// Threads of the process.
    static var threads: Double? { statFields.flatMap { Double($0[17]) } }

    /// When the process started, in seconds since 1970.
    static var startTime: Double? {
        guard let ticks = statFields.flatMap({ Double($0[19]) }),
            let boot = read("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let bootSeconds = Double(boot.dropFirst("btime ".count))
        else { return nil }
        return bootSeconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Open descriptors, without the one that counting needs.
    static var openDescriptors: Double? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return Double(count - 1)
    }

    /// The soft limit of open descriptors.
    static var maximumDescriptors: Double? {
        var limit = rlimit()
        #if canImport(Glibc)
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        #else
            guard getrlimit(RLIMIT_NOFILE, &limit) == 0 else { return nil }
        #endif
        return limit.rlim_cur == rlim_t.max ? .infinity : Double(limit.rlim_cur)
    }

    /// Processors that the process may run on.
    static var processors: Double { Double(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The fields of `/proc/self/stat` after the command, which may itself hold spaces and brackets (proc(5): field 3 on).
    private static var statFields: [Substring]? {
        guard let text = read("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 20 ? fields : nil
    }

    /// A small file of `/proc`: these answer from memory and never block. At most 64 KiB are read.
    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 64 * 1024 {
            #if canImport(Glibc)
                let count = Glibc.read(descriptor, &chunk, chunk.count)
            #else
                let count = Darwin.read(descriptor, &chunk, chunk.count)
            #endif
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
