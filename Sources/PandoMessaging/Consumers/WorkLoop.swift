import Logging
import PandoDatabase

/// The loop that every long-lived part of messaging is: work while there is some, else sleep until there may be.
struct WorkLoop: Sendable {
    /// What a step found.
    enum Step {
        /// There was work, and there may be more.
        case worked
        /// There is none before this instant, as far as this process knows.
        case idle(until: Instant?)

        /// There is some that may be done when the transactions end which are in progress.
        static func unsettled() async throws -> Step {
            try await LogNumbers.waitForOthers()
            return .worked
        }
    }

    let name: String
    let bell: Doorbell
    let stop: StopSignal
    let time: any TimeSource
    /// The longest sleep: after it the loop looks for what other processes have written.
    let pollInterval: Duration
    let logger: Logger
    /// Whether an error has been told of by others, so that a line of each loop would only repeat it.
    var isTold: @Sendable (any Error) -> Bool = { _ in false }

    /// Waits of a loop whose database fails: 50 ms to 1 s.
    private static let backoff = RetryPolicy(initialDelay: .milliseconds(50), maximumDelay: .seconds(1))

    /// Runs steps until it is time to stop or the task is cancelled. A step that throws is tried again after a wait.
    ///
    /// - Throws: `DatabaseError` where the database is closed or damaged: nothing that comes after can work.
    func run(_ step: () async throws -> Step) async throws {
        var failures = 0
        while !stop.isStopping, !Task.isCancelled {
            do {
                let result = try await step()
                failures = 0
                if case .idle(let next) = result {
                    let limit = time.now + pollInterval
                    await bell.wait(until: min(next ?? limit, limit), by: time)
                }
            } catch is CancellationError {
                return
            } catch let error as DatabaseError where error.code == .closed || error.code == .corrupt {
                throw error
            } catch {
                failures += 1
                logger.log(
                    level: isTold(error) ? .debug : .warning,
                    "messaging: a step failed and is tried again",
                    metadata: ["messaging.loop": "\(name)", "messaging.failures": "\(failures)", "error": "\(error)"]
                )
                let wait = Self.backoff.delay(afterAttempt: failures, random: .random(in: 0..<1))
                // Cancelled sleep: the loop's condition ends it.
                try? await time.sleep(until: time.now + wait)
            }
        }
    }
}

/// Whether an error tells of the database and not of the message: it costs the message no attempt.
func isDatabaseTrouble(_ error: any Error) -> Bool {
    guard let code = (error as? DatabaseError)?.code else { return false }
    return [.busy, .full, .inputOutput, .corrupt, .closed, .outcomeUnknown, .unavailable].contains(code)
}

/// An error in words for operators, of bounded length.
func reason(of error: any Error) -> String {
    String(String(describing: error).replacing("\u{0}", with: "\u{fffd}").prefix(2000))
}
