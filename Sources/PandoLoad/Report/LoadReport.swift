/// What came of a run: as text, as JSON and as one HTML page, all from these values.
public struct LoadReport: Sendable, Codable, Equatable {
    /// The version of the JSON form; keys are added but never changed within a version.
    public static let currentVersion = 1

    /// What happened to the requests of one name.
    public struct Requests: Sendable, Codable, Equatable {
        /// The name.
        public var name: String
        /// Requests that ended, with or without an answer.
        public var count: Int
        /// Answers a second, over the whole run.
        public var ratePerSecond: Double
        /// Requests without an answer, by ``LoadFailure``'s raw values.
        public var failures: [String: Int]
        /// Answers by status.
        public var statuses: [String: Int]
        /// Failures, and answers with a status from 400 up that was not accepted.
        public var errors: Int
        /// Requests without an answer that may have been carried out.
        public var unknown: Int
        /// From the intended start to the answer or the time out. Refused and lost requests are not in it.
        public var latency: LoadPercentiles?
        /// From the sending to the answer: without the time that a request waited for a connection.
        public var service: LoadPercentiles?
    }

    /// What happened to the passes of one scenario.
    public struct Scenario: Sendable, Codable, Equatable {
        /// The name.
        public var name: String
        /// Passes that came to their end.
        public var completed: Int
        /// Passes that threw.
        public var failed: Int
        /// Arrivals without a user.
        public var dropped: Int
        /// The passes that threw, by message.
        public var failures: [String: Int]
        /// From the arrival to the end of the pass.
        public var duration: LoadPercentiles?
    }

    /// What was meant to happen, and what did.
    public struct Arrivals: Sendable, Codable, Equatable {
        /// How arrivals were made.
        public var kind: String
        /// Whether clients waited for their answers, so that latencies suffer coordinated omission.
        public var isClosed: Bool
        /// Arrivals that were due.
        public var intended: Int
        /// Arrivals a second that were due, while arrivals went on.
        public var intendedPerSecond: Double
        /// Arrivals that ended with an answer or a completed pass.
        public var completed: Int
        /// Those a second, from the start to the last one's end.
        public var completedPerSecond: Double
        /// Arrivals and requests dropped at a bound.
        public var dropped: Int
        /// Arrivals of a log whose request cannot be sent.
        public var skipped: Int
    }

    /// How the generator itself did.
    public struct Generator: Sendable, Codable, Equatable {
        /// How late it looked at arrivals; if this is large, the machine was too busy to generate the load on time.
        public var lateness: LoadPercentiles?
        /// Processor seconds of the whole process during the run.
        public var processorSeconds: Double
        /// Connections opened.
        public var connectionsOpened: Int
        /// Attempts to connect that failed.
        public var connectFailures: Int
        /// Threads that generated load.
        public var eventLoops: Int
        /// The seed of all random choices.
        public var seed: UInt64
        /// Seconds that the preparation of users took.
        public var preparationSeconds: Double
    }

    /// A point of the distribution of all latencies.
    public struct DistributionPoint: Sendable, Codable, Equatable {
        /// The percentile, 0 to 100.
        public var percentile: Double
        /// The latency that this share of the requests does not exceed.
        public var microseconds: Int

        /// Makes a point.
        public init(percentile: Double, microseconds: Int) {
            self.percentile = percentile
            self.microseconds = microseconds
        }
    }

    /// ``currentVersion`` of the program that made the report.
    public var version: Int
    /// The title.
    public var title: String
    /// The target's address.
    public var target: String
    /// When the load began, as RFC 3339 in UTC.
    public var startedAt: String
    /// How long it took from the first arrival's time to the last end, in seconds.
    public var durationSeconds: Double
    /// Whether the run was interrupted.
    public var isInterrupted: Bool
    /// Arrivals.
    public var arrivals: Arrivals
    /// Requests by name, in the order in which the names appeared.
    public var requests: [Requests]
    /// All requests together, named `total`.
    public var total: Requests
    /// Scenarios; empty for fixed requests.
    public var scenarios: [Scenario]
    /// The generator.
    public var generator: Generator
    /// The run by the second.
    public var series: [LoadInterval]
    /// The distribution of all latencies.
    public var distribution: [DistributionPoint]
    /// The verification; nil if there was none.
    public var verification: LoadVerification?
    /// What a reader should know before believing the figures.
    public var warnings: [String]

    /// Why the run counts as failed; empty if it passed.
    ///
    /// A run fails if nothing was answered as expected, if it was interrupted, or if its verification is incomplete or found
    /// something. Errors beside successes do not fail it: what is acceptable is the caller's to decide.
    public var problems: [String] {
        var problems: [String] = []
        if isInterrupted { problems.append("the run was interrupted") }
        if total.statuses.isEmpty {
            problems.append("no request was answered")
        } else if total.errors >= total.count {
            problems.append("no request was answered as expected: \(Self.kinds(total))")
        } else if !scenarios.isEmpty, !scenarios.contains(where: { $0.completed > 0 }) {
            problems.append("no pass of a scenario came to its end")
        }
        if let verification {
            if verification.violationCount > 0 {
                problems.append("violations found by the verification: \(verification.violationCount)")
            }
            if let incomplete = verification.incomplete {
                problems.append("the verification is incomplete: \(incomplete)")
            }
        }
        return problems
    }

    /// Whether the run passed; see ``problems``.
    public var passed: Bool { problems.isEmpty }

    /// What a command that made this run exits with: 0 if it passed, otherwise 1.
    public var exitCode: Int32 { passed ? 0 : 1 }
}
