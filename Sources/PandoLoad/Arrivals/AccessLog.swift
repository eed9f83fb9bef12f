/// The arrivals, and the requests, of an access log in Common or Combined Log Format (Apache httpd, nginx and most others).
///
/// Logs from the wild have broken lines: they are skipped, counted and reported with the first one's number. A file of
/// which more than a tenth is malformed is refused: it is most likely not an access log. Lines may be out of order, as
/// servers write a line when a request ends: they are sorted by time.
public struct AccessLog: Sendable {
    /// A request as the log has it.
    public struct Request: Sendable, Hashable {
        /// The method, for example `GET`.
        public var method: String
        /// The path with its query, beginning with `/`.
        public var path: String
    }

    /// The most lines accepted; the log is held in memory at about 16 bytes a line and each different request once.
    public static let maxLines = 10_000_000

    /// The file's name, for the report.
    public let name: String

    /// How many lines were read as arrivals.
    public var count: Int { entries.count }

    /// How many lines were left out.
    public internal(set) var malformedCount = 0

    /// The first line left out and what is wrong with it.
    public internal(set) var firstMalformed: (line: Int, reason: String)?

    private struct Entry {
        var second: Int64
        var request: Int32  // -1: the line's request was not one that can be sent
    }

    private var entries: [Entry] = []
    /// Each different request once.
    private(set) var distinctRequests: [Request] = []

    /// Reads a log. It blocks on the file: ten thousand lines take some ten milliseconds.
    ///
    /// - Throws: `invalidInput` if the file cannot be read, has no usable line or is not an access log.
    public init(path: String) throws(LoadError) {
        name = path.lastPathComponent
        var known: [Request: Int32] = [:]
        var lines = 0
        try LineReader.forEachLine(of: path) { number, bytes throws(LoadError) in
            if bytes.isEmpty { return }
            lines += 1
            guard lines <= Self.maxLines else {
                throw LoadError(.invalidInput, "\(path):\(number): more than \(Self.maxLines) lines; cut the log")
            }
            do throws(AccessLogLine.Malformed) {
                add(try AccessLogLine(bytes), &known)
            } catch {
                malformedCount += 1
                if firstMalformed == nil { firstMalformed = (number, error.reason) }
            }
        }
        try checkShare(path, lines: lines)
        entries.sort { $0.second < $1.second }
    }

    private mutating func add(_ line: AccessLogLine, _ known: inout [Request: Int32]) {
        guard let request = line.request else { return entries.append(Entry(second: line.second, request: -1)) }
        let index = known[request] ?? Int32(distinctRequests.count)
        if Int(index) == distinctRequests.count {
            distinctRequests.append(request)
            known[request] = index
        }
        entries.append(Entry(second: line.second, request: index))
    }

    private func checkShare(_ path: String, lines: Int) throws(LoadError) {
        guard lines > 0 else { throw LoadError(.invalidInput, "\(path): empty; give a log with at least one line") }
        guard let first = firstMalformed, malformedCount * 10 > lines else { return }
        throw LoadError(
            .invalidInput,
            "\(path):\(first.line): \(first.reason); \(malformedCount) of \(lines) lines are like this one or otherwise"
                + " malformed. Give a log in Common or Combined Log Format: host ident user [day/Mon/year:hh:mm:ss zone]"
                + " \"request\" status bytes \"referer\" \"agent\""
        )
    }

    /// Seconds after the first arrival with how many arrivals each has.
    var countsBySecond: [(second: Int, count: Int)] {
        guard let first = entries.first?.second else { return [] }
        var counts: [(second: Int, count: Int)] = []
        for entry in entries {
            let second = Int(entry.second - first)
            if counts.last?.second == second {
                counts[counts.count - 1].count += 1
            } else {
                counts.append((second, 1))
            }
        }
        return counts
    }

    /// For each arrival in the order of time its place in ``distinctRequests``; -1 where the line's cannot be sent.
    var requestIndices: [Int32] { entries.map(\.request) }
}
