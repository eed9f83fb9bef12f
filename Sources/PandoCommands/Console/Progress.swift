import Synchronization

/// Tells a person how far a long command is: nothing in its first second, then once a second; where lines stay, as in the log
/// of a build machine, once in ten seconds.
package final class Progress: Sendable {
    private struct State {
        var doing: String
        var detail = ""
        var fraction: Double?
        var widest = 0
        var ticks = 0
    }

    private struct Report: Encodable {
        let doing: String
        let detail: String
        let fraction: Double?
        let seconds: Int
    }

    private let console: Console
    private let began = ContinuousClock.now
    private let state: Mutex<State>

    init(_ doing: String, console: Console) {
        state = Mutex(State(doing: doing))
        self.console = console
    }

    /// Says what is going on now; `doing` names another phase of the work.
    package func update(_ detail: String, doing: String? = nil) {
        state.withLock {
            $0.doing = doing ?? $0.doing
            $0.detail = detail
        }
    }

    /// Says how much of it is done; `unit` is a plural, such as `pages`.
    package func update(done: Int, of total: Int, unit: String) {
        state.withLock {
            $0.detail = "\(done) of \(total) \(unit)"
            $0.fraction = total > 0 ? min(1, Double(done) / Double(total)) : nil
        }
    }

    /// Prints once a second until it is cancelled.
    func tick() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { print() }  // cancelled: the work is over
        if console.isTerminal, !console.json { erase() }
    }

    private func print() {
        let seconds = Int((ContinuousClock.now - began).components.seconds)
        let (doing, detail, fraction) = state.withLock { ($0.doing, $0.detail, $0.fraction) }
        if console.json {
            let report = Report(doing: doing, detail: detail, fraction: fraction, seconds: seconds)
            if let text = try? Console.encode(["progress": report]) { console.raw(text + "\n") }  // always encodes
            return
        }
        let percent = fraction.map { " \(Int($0 * 100)) %" } ?? ""
        let line = "\(doing)…\(percent)\(detail.isEmpty ? "" : " (\(detail))") \(seconds) s"
        guard console.isTerminal else {
            let ticks = state.withLock { state in
                state.ticks += 1
                return state.ticks
            }
            return ticks % 10 == 1 ? console.raw(line + "\n") : ()
        }
        let widest = state.withLock { state in
            state.widest = max(state.widest, line.count)
            return state.widest
        }
        console.raw("\r" + line + String(repeating: " ", count: widest - line.count))
    }

    private func erase() {
        let widest = state.withLock(\.widest)
        if widest > 0 { console.raw("\r" + String(repeating: " ", count: widest) + "\r") }
    }
}

extension Console {
    /// Runs `body` and, where it takes longer than a second, shows how far it is.
    package func progress<R>(_ doing: String, _ body: (Progress) async throws -> R) async rethrows -> R {
        let progress = Progress(doing, console: self)
        async let _ = progress.tick()  // cancelled and awaited when this scope ends
        return try await body(progress)
    }
}
