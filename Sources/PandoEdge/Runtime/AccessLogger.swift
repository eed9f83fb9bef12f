import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// Writes a worker's requests into the access log. Belongs to the thread of its worker.
final class AccessLogger {
    private let lane: AccessLog.Lane
    private let settings: EdgeConfiguration.AccessLog
    private let line = OutputBytes(capacity: 2_048)
    private var time = AccessLogTime()

    init(_ settings: EdgeConfiguration.AccessLog, _ lane: AccessLog.Lane) {
        self.settings = settings
        self.lane = lane
    }

    /// A request has ended.
    func add(_ exchange: Exchange) {
        if exchange.finalStatus < 400, isLeftOut(exchange.worker) { return }
        add(json: { line.appendJSON(exchange, time) }, combined: { line.appendCombined(exchange, time) })
    }

    /// A relayed connection has ended.
    func add(_ relay: RelayClient) {
        if relay.record.end == .complete, isLeftOut(relay.worker) { return }
        add(json: { line.appendJSON(relay, time) }, combined: { line.appendCombined(relay, time) })
    }

    /// Adds the line that one of two functions makes at the present time.
    private func add(json: () -> Void, combined: () -> Void) {
        readClock()
        switch settings.format {
        case .json: json()
        case .combined: combined()
        case .off: return
        }
        lane.add(line.bytes)
        line.removeAll()
    }

    /// Whether it is not among the share that gets a line.
    private func isLeftOut(_ worker: Worker) -> Bool {
        settings.samplePercent < 100 && worker.random.below(100) >= settings.samplePercent
    }

    private func readClock() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        time.update(seconds: Int(now.tv_sec), milliseconds: Int(now.tv_nsec) / 1_000_000)
    }
}

/// The time of a line: its text is made once a second.
struct AccessLogTime {
    private var seconds = -1
    private(set) var milliseconds = 0
    /// `2026-11-22T06:30:00` (RFC 3339), in UTC.
    private(set) var internet: [UInt8] = []
    /// `22/Nov/2026:06:30:00 +0000`
    private(set) var common: [UInt8] = []

    mutating func update(seconds: Int, milliseconds: Int) {
        self.milliseconds = milliseconds
        guard seconds != self.seconds else { return }
        self.seconds = seconds
        let (year, month, day) = DateLine.date(seconds / 86_400)
        let time = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map(Self.two).joined(separator: ":")
        let name = "JanFebMarAprMayJunJulAugSepOctNovDec".dropFirst((month - 1) * 3).prefix(3)
        internet = Array("\(year)-\(Self.two(month))-\(Self.two(day))T\(time)".utf8)
        common = Array("\(Self.two(day))/\(name)/\(year):\(time) +0000".utf8)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
