import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Writes the lines of the workers to a file or to standard output, on a thread of its own.
///
/// A worker puts a line into its ``Lane`` and goes on, whatever the disk does. The thread is woken by the first line of a lane, lets more
/// of them gather for a moment and writes them in one go. A lane holds so much and no more: lines that find it full are dropped and
/// counted.
final class AccessLog: Sendable {
    /// The lines of one worker that wait to be written.
    final class Lane: Sendable {
        private let waiting = Mutex<[UInt8]>([])
        private let dropped = Atomic<Int>(0)
        private let wakeup: DispatchSemaphore
        private let limit: Int

        fileprivate init(_ wakeup: DispatchSemaphore, limit: Int) {
            self.wakeup = wakeup
            self.limit = limit
        }

        var droppedLines: Int { dropped.load(ordering: .relaxed) }

        /// Takes a line, with its end.
        func add(_ line: UnsafeBufferPointer<UInt8>) {
            let before = waiting.withLock { waiting -> Int? in
                guard waiting.count + line.count <= limit else { return nil }
                waiting.append(contentsOf: line)
                return waiting.count - line.count
            }
            guard let before else {
                dropped.wrappingAdd(1, ordering: .relaxed)
                return
            }
            if before == 0 { wakeup.signal() }
        }

        /// Exchanges what waits for an empty buffer.
        fileprivate func take(_ empty: [UInt8]) -> [UInt8] {
            waiting.withLock { waiting in
                let full = waiting
                waiting = empty
                return full
            }
        }
    }

    /// How much a lane holds.
    static let laneBytes = 1 << 20
    /// How long lines gather, in microseconds.
    private static let pause: UInt32 = 20_000

    let lanes: [Lane]
    private let wakeup = DispatchSemaphore(value: 0)
    /// A file to be written to from now on; nil where it stays.
    private let next: Mutex<Int32?>
    private let unwritten = Atomic<Int>(0)
    private let isEnding = Atomic<Bool>(false)
    private let isEnded = Atomic<Bool>(false)

    /// Begins to write; ends with ``close()``.
    init(
        _ settings: EdgeConfiguration.AccessLog,
        lanes count: Int,
        laneBytes: Int = AccessLog.laneBytes
    ) throws(EdgeIssue) {
        let first = try Self.open(settings)
        let wakeup = wakeup
        lanes = (0..<count).map { _ in Lane(wakeup, limit: laneBytes) }
        next = Mutex(first)
        let thread = Thread { [self] in run() }
        thread.name = "edge access log"
        thread.start()
    }

    /// Lines that were lost, because the disk was too slow, or full.
    var droppedLines: Int { lanes.reduce(unwritten.load(ordering: .relaxed)) { $0 + $1.droppedLines } }

    /// Opens the file, another one or the same again, and goes on there.
    ///
    /// - Throws: The reason why it cannot; the file before stays.
    func reopen(_ settings: EdgeConfiguration.AccessLog) throws(EdgeIssue) {
        let opened = try Self.open(settings)
        let unused = next.withLock { next in
            defer { next = opened }
            return next
        }
        if let unused { Glibc.close(unused) }
        wakeup.signal()
    }

    private static func open(_ settings: EdgeConfiguration.AccessLog) throws(EdgeIssue) -> Int32? {
        if settings.format == .off { return nil }
        let descriptor =
            settings.file.map { Glibc.open($0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640) }
            ?? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        if descriptor >= 0 { return descriptor }
        let place = settings.file ?? "standard output"
        throw EdgeIssue(.error, "accessLog.file", "\(place): \(SystemError(code: errno))", "choose another file")
    }

    // MARK: Ends

    /// Writes what is there, and ends. ``hasEnded`` says when.
    func close() {
        isEnding.store(true, ordering: .releasing)
        wakeup.signal()
    }

    var hasEnded: Bool { isEnded.load(ordering: .acquiring) }

    // MARK: The thread

    private func run() {
        var file = AccessLogFile()
        var buffer: [UInt8] = []
        while true {
            wakeup.wait()
            let isLast = isEnding.load(ordering: .acquiring)
            if !isLast { usleep(Self.pause) }
            // Lines from before a change of files may come into the new one.
            if let descriptor = next.withLock({ $0.take() }) { file.use(descriptor) }
            for lane in lanes {
                buffer = lane.take(buffer)
                unwritten.wrappingAdd(file.write(buffer), ordering: .relaxed)
                buffer.removeAll(keepingCapacity: true)
            }
            guard isLast else { continue }
            file.end()
            return isEnded.store(true, ordering: .releasing)
        }
    }
}

/// The file that lines are appended to. Belongs to one thread, which waits where the disk does.
struct AccessLogFile {
    private var descriptor: Int32 = -1
    /// Whether the last line was written in part.
    private var isTorn = false

    mutating func use(_ descriptor: Int32) {
        end()
        self.descriptor = descriptor
        isTorn = false
    }

    mutating func end() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Appends whole lines.
    ///
    /// - Returns: How many of them could not be written to their end.
    mutating func write(_ lines: [UInt8]) -> Int {
        guard !lines.isEmpty else { return 0 }
        if isTorn, put([UInt8(ascii: "\n")]) == 1 { isTorn = false }
        let written = isTorn ? 0 : put(lines)
        guard written < lines.count else { return 0 }
        if written > 0 { isTorn = lines[written - 1] != UInt8(ascii: "\n") }
        return lines[written...].count { $0 == UInt8(ascii: "\n") }
    }

    /// How many of the bytes were written.
    private func put(_ bytes: [UInt8]) -> Int {
        guard descriptor >= 0 else { return 0 }
        return bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count > 0 {
                    written += count
                } else if errno == EAGAIN {
                    // Standard output may be a pipe that does not wait.
                    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&room, 1, 1_000)
                } else if errno != EINTR {
                    break
                }
            }
            return written
        }
    }
}
