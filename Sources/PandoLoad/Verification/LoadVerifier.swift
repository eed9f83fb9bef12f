/// Checks, after the load, that every acknowledged write is there exactly once and that nothing else is.
///
/// Scenarios send such writes by ``LoadClient/write(_:key:detail:send:acknowledged:)``. After the run writes of unknown
/// outcome are sent again with their idempotency keys until the service tells; then `check` is called. Its findings are part
/// of the report, and any finding makes the run a failed one.
public struct LoadVerifier: Sendable {
    /// Looks into the service and returns what is wrong, an empty array if nothing is.
    public typealias Check = @Sendable (LoadEvidence) async throws -> [LoadViolation]

    /// Where the writes are noted.
    public let journal: LoadJournal

    /// How long writes of unknown outcome are sent again after the run, in total.
    public var settleTimeout: Duration = .seconds(60)

    /// How many of them are sent at once.
    public var settleWidth = 16

    let check: Check

    /// Makes a verifier.
    public init(journal: LoadJournal = LoadJournal(), check: @escaping Check) {
        self.journal = journal
        self.check = check
    }
}

/// What a check has to go by.
public struct LoadEvidence: Sendable {
    /// Every write of the run; an outcome `unknown` could not be settled.
    public let writes: [LoadWrite]

    /// A client to look through the public API with; its requests are not counted.
    public let client: LoadClient

    /// The writes that the service acknowledged.
    public var acknowledged: [LoadWrite] { writes.filter { $0.outcome == .acknowledged } }

    /// The writes of which nobody knows, after all attempts to find out.
    public var unknown: [LoadWrite] { writes.filter { $0.outcome == .unknown || $0.outcome == .sent } }
}

/// One thing that is not as it must be.
public struct LoadViolation: Sendable, Codable, Equatable {
    /// The rule, for example "an acknowledged reservation is there exactly once".
    public var rule: String
    /// What was found, with the identifiers needed to look it up.
    public var found: String

    /// Makes a violation.
    public init(rule: String, found: String) {
        self.rule = rule
        self.found = found
    }
}

/// The result of a verification.
public struct LoadVerification: Sendable, Codable, Equatable {
    /// The most violations kept in a report; all are counted.
    public static let maxViolations = 100

    /// Writes that the service acknowledged, at first or when they were settled.
    public var acknowledged: Int
    /// Writes that it refused.
    public var refused: Int
    /// Writes that had no known outcome at the end of the load.
    public var unknown: Int
    /// How many of those found their outcome by being sent again.
    public var settled: Int
    /// How many violations there are.
    public var violationCount: Int
    /// The first of them.
    public var violations: [LoadViolation]
    /// Why the verification is not complete; nil if it is.
    public var incomplete: String?

    /// Makes a result.
    public init(
        acknowledged: Int,
        refused: Int,
        unknown: Int,
        settled: Int,
        violationCount: Int,
        violations: [LoadViolation],
        incomplete: String? = nil
    ) {
        self.acknowledged = acknowledged
        self.refused = refused
        self.unknown = unknown
        self.settled = settled
        self.violationCount = violationCount
        self.violations = violations
        self.incomplete = incomplete
    }

    /// Whether the verification is complete and found nothing.
    public var passed: Bool { violationCount == 0 && incomplete == nil }
}
