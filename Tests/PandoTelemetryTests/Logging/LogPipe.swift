import Glibc

/// A pipe to write log lines into and to read them from.
final class LogPipe {
    let readEnd: Int32
    let writeEnd: Int32
    private var isReadEndOpen = true

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe")
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(writeEnd)
        closeReadEnd()
    }

    func closeReadEnd() {
        if isReadEndOpen { close(readEnd) }
        isReadEndOpen = false
    }

    /// What is in the pipe now.
    func read() -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var request = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        while poll(&request, 1, 0) == 1, Int32(request.revents) & POLLIN != 0 {
            let count = Glibc.read(readEnd, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The lines that are in the pipe now; the last one must be whole.
    func lines() -> [String] {
        let text = read()
        precondition(text.isEmpty || text.hasSuffix("\n"), "half a line: \(text.suffix(100))")
        return text.split(separator: "\n").map(String.init)
    }
}
