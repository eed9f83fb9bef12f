/// What became of the tests of one run, from the events as they come.
struct TestTally: Sendable {
    /// A test that failed, with its first failure.
    struct Failure: Sendable, Hashable, Encodable {
        /// The test, as `swift test --filter` takes it; the suite where it is not in one test; empty where neither is known.
        let test: String
        /// What was wrong first.
        var message: String
        /// Where it was found, as `Tests/File.swift:12`.
        var place: String?
        /// For a test with parameters: with which.
        var arguments: String?
    }

    private enum State {
        case planned, running, passed, skipped, failed
    }

    private var states: [String: State] = [:]
    private(set) var failures: [Failure] = []
    private var began: Double?
    private var ended: Double?
    /// What paths are told relative to, with a slash at its end.
    private let folder: String

    init(folder: String = "") {
        self.folder = folder
    }

    /// Tests with parameters count once.
    var tests: Int { states.count }
    var passed: Int { count(.passed) }
    var skipped: Int { count(.skipped) }
    var failed: Int { failures.count }
    var notRun: Int { count(.planned) }
    var done: Int { states.count - count(.planned) - count(.running) }

    /// How long the tests took; nil where they did not come to their end.
    var seconds: Double? { began.flatMap { began in ended.map { $0 - began } } }

    mutating func take(_ event: TestEvent) {
        switch event {
        case .planned(let test): states[test] = .planned
        case .started(let test): change(test, to: .running)
        case .skipped(let test): change(test, to: .skipped)
        case .ended(let test): if states[test] == .running { states[test] = .passed }
        case .failed(let test, let arguments, let message, let place):
            let test = test ?? ""
            change(test, to: .failed)
            guard !failures.contains(where: { $0.test == test }) else { return }
            failures.append(Failure(test: test, message: message, place: place.map(words), arguments: arguments))
        case .runStarted(let second): began = second
        case .runEnded(let second): ended = second
        case .other: break
        }
    }

    /// To be called when the process has ended: tests that run no more have failed.
    ///
    /// - Parameter ending: how the process ended, in words; nil where it says that all is well.
    mutating func finish(_ ending: String?) {
        let running = states.filter { $0.value == .running }.keys.sorted()
        for test in running {
            states[test] = .failed
            failures.append(Failure(test: test, message: ending.map { "\($0) while it ran" } ?? "it never ended"))
        }
        guard running.isEmpty else { return }
        if ended == nil {
            failures.append(Failure(test: "", message: ending ?? "the run ended before its last test"))
        } else if let ending, failures.isEmpty {
            failures.append(Failure(test: "", message: ending))
        }
    }

    private mutating func change(_ test: String, to state: State) {
        // Suites are not counted, and a failure stays one.
        if let now = states[test], now != .failed { states[test] = state }
    }

    private func count(_ state: State) -> Int { states.values.count { $0 == state } }

    private func words(_ place: TestEvent.Place) -> String {
        let file = place.file.hasPrefix(folder) ? String(place.file.dropFirst(folder.count)) : place.file
        return "\(file):\(place.line)"
    }
}
