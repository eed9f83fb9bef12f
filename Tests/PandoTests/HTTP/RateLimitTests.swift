import HTTPTypes
import Testing

@testable import Pando

@Suite struct RateLimitTests {
    private let second: Int64 = 1_000_000_000

    @Test func burstIsAllowedThenTheRate() {
        let bucket = GCRA(RateLimit(requestsPerSecond: 10, burst: 5))
        var arrival: Int64 = 0
        let start = 100 * second
        for left in (0..<5).reversed() {
            guard case .allowed(let remaining, _) = bucket.take(&arrival, now: start) else {
                Issue.record("refused inside the burst")
                return
            }
            #expect(remaining == left)
        }
        let step1 = bucket.take(&arrival, now: start)
        #expect(step1 == .refused(retryNanoseconds: second / 10))
        let step2 = bucket.take(&arrival, now: start + second / 10)
        #expect(step2 == .allowed(remaining: 0, resetNanoseconds: second / 2))
        let step3 = bucket.take(&arrival, now: start + second / 10)
        #expect(step3 == .refused(retryNanoseconds: second / 10))
    }

    @Test func refusedRequestsCostNothing() {
        let bucket = GCRA(RateLimit(requestsPerSecond: 1, burst: 1))
        var arrival: Int64 = 0
        _ = bucket.take(&arrival, now: second)
        for _ in 0..<1000 { _ = bucket.take(&arrival, now: second) }
        let step4 = bucket.take(&arrival, now: 2 * second)
        #expect(step4 == .allowed(remaining: 0, resetNanoseconds: second))
    }

    @Test func longRunRateIsExact() {
        let bucket = GCRA(RateLimit(requestsPerSecond: 100, burst: 20))
        var arrival: Int64 = 0
        var allowed = 0
        for millisecond in 0..<10_000 {
            if case .allowed = bucket.take(&arrival, now: second + Int64(millisecond) * 1_000_000) { allowed += 1 }
        }
        #expect((1000...1020).contains(allowed))
    }

    @Test func clientsDoNotShareBuckets() {
        let limiter = RateLimiter(RateLimit(requestsPerSecond: 1, burst: 1), clients: 4096, seed: 42)
        for client in 1...500 as ClosedRange<UInt64> {
            #expect(
                limiter.take(client: client, now: 1_000_000_000) == .allowed(remaining: 0, resetNanoseconds: second)
            )
        }
        for client in 1...500 as ClosedRange<UInt64> {
            guard case .refused = limiter.take(client: client, now: 1_000_000_000) else {
                Issue.record("client \(client) was forgotten")
                return
            }
        }
    }

    @Test func floodOfAddressesKeepsTheTableBoundedAndServes() {
        let limiter = RateLimiter(RateLimit(requestsPerSecond: 1, burst: 1), clients: 64, seed: 42)
        for client in 1...100_000 as ClosedRange<UInt64> {
            _ = limiter.take(client: client, now: 1_000_000_000 + client)
        }
        guard case .allowed = limiter.take(client: 1_000_000, now: 2_000_000_000) else {
            Issue.record("a new client was refused")
            return
        }
    }

    @Test func headersFollowTheDraft() {
        let headers = RateLimitHeaders(RateLimit(requestsPerSecond: 2, burst: 10, name: "login"))
        var fields = HTTPFields()
        headers.add(to: &fields, remaining: 3, resetNanoseconds: 1_500_000_000)
        #expect(fields[.rateLimitPolicy] == "\"login\";q=10;w=5")
        #expect(fields[.rateLimit] == "\"login\";r=3;t=2")
        let problem = headers.problem(retryNanoseconds: 1)
        #expect(problem.status == .tooManyRequests)
        #expect(problem.headers[.retryAfter] == "1")
    }

    @Test func ipv6ClientsCountByNetwork() throws {
        let one = try #require(ClientAddress("2001:db8:1:2::1"))
        let other = try #require(ClientAddress("2001:db8:1:2:ffff::9"))
        let stranger = try #require(ClientAddress("2001:db8:1:3::1"))
        #expect(one.clientKey == other.clientKey)
        #expect(one.clientKey != stranger.clientKey)
        let (first, second) = (try #require(ClientAddress("192.0.2.1")), try #require(ClientAddress("192.0.2.2")))
        #expect(first.clientKey != second.clientKey)
    }
}
