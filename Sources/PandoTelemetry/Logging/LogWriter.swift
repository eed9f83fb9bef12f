import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes lines to a descriptor of the process without ever waiting for its reader.
///
/// A line is written at once where the descriptor takes it, so that it is out before a crash that follows. Where a pipe
/// is full, lines wait in memory up to a bound, go out with the next line or ``flush(for:)``, and past the bound
/// are dropped and counted; when there is room again, a line of its own says how many were.
///
/// The descriptor's flags stay as they are: other processes share them. Instead the writer asks `poll` and writes at
/// most `PIPE_BUF` bytes at a time, which a pipe that polls as writable takes without blocking (pipe(7)).
public final class LogWriter: Sendable {
    /// What a pipe takes as a whole on Linux.
    private static let chunkBytes = 4096

    private let descriptor: Int32
    private let maximumPendingBytes: Int
    private let pending = Mutex(PendingLines())
    private let droppedLines: Counter

    /// A writer to an open descriptor, which it does not close.
    ///
    /// - Parameters:
    ///   - descriptor: 2, standard error, unless told otherwise.
    ///   - maximumPendingBytes: How much waits for a slow reader before lines are dropped.
    ///   - metrics: Where `pando_log_lines_dropped_total` is counted.
    public init(
        descriptor: Int32 = 2,
        maximumPendingBytes: Int = 1 << 20,
        metrics: MetricsRegistry = MetricsRegistry()
    ) {
        self.descriptor = descriptor
        self.maximumPendingBytes = maximumPendingBytes
        droppedLines = metrics.counter("pando_log_lines_dropped_total", help: "Log lines that had no room.").with()
    }

    /// Writes a line, its end included, or keeps it for later. Does not block.
    public func write(_ line: [UInt8]) {
        // System calls under the lock are meant: it is what keeps lines whole and in order, and none of them waits.
        let isDropped = pending.withLock { lines in
            drain(&lines)
            lines.appendNoticeOfDropped()
            guard lines.isEmpty || lines.bytes.count - lines.written + line.count <= maximumPendingBytes else {
                lines.dropped += 1
                return true
            }
            lines.bytes += line
            drain(&lines)
            return false
        }
        if isDropped { droppedLines.increment() }
    }

    /// Writes what is waiting, for at most `time`. For the end of a process; it blocks the thread.
    ///
    /// - Returns: Whether everything is written.
    @discardableResult
    public func flush(for time: Duration = .seconds(1)) -> Bool {
        let deadline = ContinuousClock.now + time
        while true {
            let isEmpty = pending.withLock { lines in
                drain(&lines)
                lines.appendNoticeOfDropped()
                drain(&lines)
                return lines.isEmpty
            }
            let left = deadline - ContinuousClock.now
            if isEmpty { return true }
            guard left > .zero else { return false }
            _ = readiness(milliseconds: Int32(min(100, max(1, left.inSeconds * 1000))))
        }
    }

    /// Writes as much as the descriptor takes now. What can never be written is thrown away.
    private func drain(_ lines: inout PendingLines) {
        while !lines.isEmpty {
            switch readiness(milliseconds: 0) {
            case .full: return
            case .broken: return lines.clear()
            case .writable: guard writeChunk(&lines) else { return }
            }
        }
    }

    /// Writes one chunk. False if the descriptor takes nothing now, or never will.
    private func writeChunk(_ lines: inout PendingLines) -> Bool {
        let length = min(Self.chunkBytes, lines.bytes.count - lines.written)
        let count = lines.bytes.withUnsafeBytes { bytes in
            let start = bytes.baseAddress! + lines.written  // the caller has seen that there are bytes
            #if canImport(Glibc)
                return Glibc.write(descriptor, start, length)
            #else
                return Darwin.write(descriptor, start, length)
            #endif
        }
        if count > 0 {
            lines.advance(by: count)
            return true
        }
        if errno == EINTR { return true }
        if errno != EAGAIN { lines.clear() }
        return false
    }

    private enum Readiness {
        case writable
        case full
        /// No reader is left or the descriptor is not open: a write would raise SIGPIPE or fail.
        case broken
    }

    private func readiness(milliseconds: Int32) -> Readiness {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&request, 1, milliseconds) == 1 else { return .full }
        return Int32(request.revents) & (POLLERR | POLLNVAL) == 0 ? .writable : .broken
    }
}

/// Bytes on their way out.
private struct PendingLines {
    var bytes: [UInt8] = []
    /// How many of `bytes` are written.
    var written = 0
    /// Lines dropped since the last notice.
    var dropped = 0

    var isEmpty: Bool { written == bytes.count }

    /// Notes what is written and gives back its room.
    mutating func advance(by count: Int) {
        written += count
        if isEmpty {
            clear()
        } else if written > 64 * 1024 {
            bytes.removeFirst(written)
            written = 0
        }
    }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 64 * 1024)
        written = 0
    }

    /// Says that lines were dropped, once there is room again.
    mutating func appendNoticeOfDropped() {
        guard dropped > 0, isEmpty else { return }
        bytes += Array("{\"level\":\"warning\",\"message\":\"log lines dropped\",\"dropped\":\(dropped)}\n".utf8)
        dropped = 0
    }
}
