/// How long one statement may run: on a borrowed thread a small number of instructions, anywhere until a deadline.
///
/// SQLite calls back every few thousand instructions of its virtual machine; reading the clock that seldom costs nothing.
struct StatementBudget {
    /// Virtual machine instructions between two calls, about 100 µs.
    static let instructionsPerCall: Int32 = 5000
    /// Calls that a statement may use on a thread that is not the database's own: about half a millisecond.
    static let inlineCalls = 5

    private var callsLeft: Int
    private let deadline: ContinuousClock.Instant?
    private(set) var exceededInline = false

    /// No limit.
    init() {
        callsLeft = .max
        deadline = nil
    }

    /// A limit in instructions, for a statement that runs on the caller's thread.
    static var inline: StatementBudget {
        var budget = StatementBudget()
        budget.callsLeft = inlineCalls
        return budget
    }

    /// A limit in time, for a statement on a thread of its own.
    init(until deadline: ContinuousClock.Instant) {
        callsLeft = .max
        self.deadline = deadline
    }

    /// Accounts for one call; false where the statement must stop.
    mutating func spend() -> Bool {
        callsLeft -= 1
        if callsLeft < 0 {
            exceededInline = true
            return false
        }
        guard let deadline else { return true }
        return ContinuousClock.now < deadline
    }
}
