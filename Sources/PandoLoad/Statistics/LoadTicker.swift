/// Looks at the lanes once a second: makes the series, prints the live line, writes the journal.
struct LoadTicker {
    let lanes: [LaneHandle]
    let start: Nanoseconds
    let journal: LoadJournal?
    let console: LoadConsole
    private(set) var series = TimeSeries()
    private var last: Nanoseconds
    private var errors = 0
    private var dropped = 0

    init(lanes: [LaneHandle], start: Nanoseconds, journal: LoadJournal?, console: LoadConsole) {
        self.lanes = lanes
        self.start = start
        self.journal = journal
        self.console = console
        last = start
    }

    /// Ticks on each full second after the start until it is cancelled, which is how it ends and no error.
    mutating func run() async throws {
        while !Task.isCancelled {
            let seconds = Nanoseconds.now > start ? (Nanoseconds.now - start) / 1_000_000_000 + 1 : 1
            let due = start + seconds * 1_000_000_000
            let now = Nanoseconds.now
            do {
                try await Task.sleep(for: .nanoseconds(Int64(due > now ? due - now : 0)))
            } catch {
                return
            }
            try await tick()
        }
    }

    /// Takes what happened since the last tick.
    mutating func tick() async throws {
        var total = IntervalStatistics()
        for lane in lanes { total.add(try await lane.takeInterval()) }
        let now = Nanoseconds.now
        guard now > last else { return }
        let length = Double(now - last) / 1e9
        if length < 0.05, total.answered == 0, total.errors == 0, total.arrived == 0 { return }
        last = now
        errors += total.errors
        dropped += total.dropped
        let interval = LoadInterval(second: Double(now - start) / 1e9, length: length, total)
        series.append(interval)
        console.show(LoadProgress(interval: interval, errors: errors, dropped: dropped))
        // A journal that cannot be written now is tried again; the verification tells if it never could.
        try? await journal?.flush()
    }
}
