import Foundation
import Synchronization

/// What the live line tells, once a second.
public struct LoadProgress: Sendable {
    /// Where the live line goes.
    public enum Output: Sendable {
        /// Nowhere.
        case none
        /// Standard error: one line that changes on a terminal, a line a second elsewhere.
        case standardError
        /// A function, called on some thread once a second.
        case call(@Sendable (LoadProgress) -> Void)
    }

    /// The last second.
    public var interval: LoadInterval
    /// Errors since the start.
    public var errors: Int
    /// Dropped since the start.
    public var dropped: Int

    /// The line: time, rate, p50, p99, errors, in flight, waiting, dropped.
    public var line: String {
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let rate = Double(interval.answered) / max(interval.length, 0.001)
        let p50 = interval.latency.map { Figures.time(microseconds: Double($0.p50)) } ?? "–"
        let p99 = interval.latency.map { Figures.time(microseconds: Double($0.p99)) } ?? "–"
        return "\(padded(Figures.fixed(interval.second, 0), 5)) s  \(padded(Figures.rate(rate), 7))/s"
            + "  p50 \(padded(p50, 7))  p99 \(padded(p99, 7))  errors \(Figures.count(errors))"
            + "  in flight \(interval.inFlight)  waiting \(Figures.count(interval.waiting))"
            + "  dropped \(Figures.count(dropped))"
    }
}

/// Writes the live line and notes to where the configuration says.
struct LoadConsole: Sendable {
    private let output: LoadProgress.Output
    private let isTerminal: Bool

    init(_ output: LoadProgress.Output) {
        self.output = output
        isTerminal = isatty(2) == 1
    }

    /// Shows the live line.
    func show(_ progress: LoadProgress) {
        switch output {
        case .none: return
        case .call(let body): body(progress)
        case .standardError: write(isTerminal ? "\r\u{1B}[2K\(progress.line)" : "\(progress.line)\n")
        }
    }

    /// Ends the live line.
    func end() {
        if case .standardError = output, isTerminal { write("\n") }
    }

    /// Writes a line of its own.
    func note(_ text: String) {
        if case .standardError = output { write("\(text)\n") }
    }

    private func write(_ text: String) {
        // Nobody can be told if standard error is gone.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
