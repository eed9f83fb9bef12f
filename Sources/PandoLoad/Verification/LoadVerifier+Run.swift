import Foundation

extension LoadVerifier {
    /// Settles what is unknown, runs the check and sums up.
    ///
    /// - Parameters:
    ///   - client: the client of the check.
    ///   - report: told each second how many writes are still to be settled.
    func verify(client: LoadClient, report: @escaping @Sendable (String) -> Void) async -> LoadVerification {
        let unknown = journal.writes.count { $0.outcome == .unknown || $0.outcome == .sent }
        if unknown > 0 { await settle(report) }
        let writes = journal.writes
        let left = writes.count { $0.outcome == .unknown || $0.outcome == .sent }
        var verification = LoadVerification(
            acknowledged: writes.count { $0.outcome == .acknowledged },
            refused: writes.count { $0.outcome == .refused },
            unknown: unknown,
            settled: unknown - left,
            violationCount: 0,
            violations: []
        )
        var gaps: [String] = []
        if left > 0 { gaps.append("\(left) writes have no known outcome after \(settleTimeout)") }
        if journal.refusedForSpace > 0 {
            gaps.append(
                "\(journal.refusedForSpace) writes did not fit in the journal and were not sent; raise maxWrites"
            )
        }
        do {
            try await journal.flush()
            report("checking \(Figures.count(verification.acknowledged)) acknowledged writes")
            let violations = try await check(LoadEvidence(writes: writes, client: client))
            verification.violationCount = violations.count
            verification.violations = Array(violations.prefix(LoadVerification.maxViolations))
        } catch {
            gaps.append("the check failed: \(error)")
        }
        verification.incomplete = gaps.isEmpty ? nil : gaps.joined(separator: "; ")
        return verification
    }

    /// Sends writes of unknown outcome again, in rounds, until all are known or the time is over.
    private func settle(_ report: @escaping @Sendable (String) -> Void) async {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: settleTimeout)
        var pause = Duration.milliseconds(50)
        while true {
            let open = journal.unsettled
            if open.isEmpty { return }
            report("settling \(Figures.count(open.count)) writes of unknown outcome")
            await round(open, until: deadline)
            if journal.unsettled.isEmpty || clock.now >= deadline || Task.isCancelled { return }
            // The service is down or unsure: jittered, doubling up to a second, as any retry.
            try? await clock.sleep(for: pause * Double.random(in: 0.5...1))  // cut short by cancellation, seen above
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func round(
        _ open: [(index: Int, settlement: LoadSettlement)],
        until deadline: ContinuousClock.Instant
    ) async {
        await withDiscardingTaskGroup { group in
            for share in 0..<max(1, settleWidth) {
                group.addTask {
                    for place in stride(from: share, to: open.count, by: max(1, settleWidth)) {
                        guard ContinuousClock.now < deadline else { return }
                        let (index, settlement) = open[place]
                        // An error leaves the write unsettled: it is tried again in the next round.
                        guard let (_, outcome, identifier) = try? await settlement.attempt(isRepeat: true),
                            outcome != .unknown
                        else { continue }
                        journal.settle(index, outcome, identifier: identifier)
                    }
                }
            }
        }
    }
}
