import PandoMessaging
import Testing

@Suite struct RetryPolicyTests {
    @Test func waitsGrowToTheirLimit() {
        let policy = RetryPolicy(initialDelay: .seconds(1), maximumDelay: .seconds(10), multiplier: 3, jitter: 0)
        let waits = (1...5).map { policy.delay(afterAttempt: $0, random: 0.9) }
        #expect(waits == [.seconds(1), .seconds(3), .seconds(9), .seconds(10), .seconds(10)])
    }

    @Test func jitterOnlyShortens() {
        let policy = RetryPolicy(initialDelay: .seconds(8), jitter: 0.5)
        #expect(policy.delay(afterAttempt: 1, random: 0) == .seconds(8))
        #expect(policy.delay(afterAttempt: 1, random: 0.5) == .seconds(6))
        #expect(policy.delay(afterAttempt: 1, random: 1) == .seconds(4))
    }

    @Test func aWaitIsNeverZeroOrEndless() {
        let policy = RetryPolicy(initialDelay: .milliseconds(1), maximumDelay: .seconds(60), multiplier: 10, jitter: 1)
        #expect(policy.delay(afterAttempt: 1, random: 1) == .milliseconds(1))
        #expect(policy.delay(afterAttempt: .max, random: 0) == .seconds(60))
        #expect(policy.delay(afterAttempt: 0, random: 0) == .milliseconds(1))
    }
}
