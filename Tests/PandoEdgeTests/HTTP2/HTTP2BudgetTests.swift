import Testing

@testable import PandoEdge

@Suite struct HTTP2BudgetTests {
    @Test func burstIsThereAtOnceAndTimeBringsMore() {
        var budget = HTTP2Budget(burst: 3, perSecond: 2)
        budget.renew(at: 1_000)
        #expect(take(3, &budget))
        #expect(!take(1, &budget))
        budget.renew(at: 2_000)
        #expect(take(1, &budget))
        #expect(!take(1, &budget))
    }

    @Test func noMoreThanTheBurstIsSaved() {
        var budget = HTTP2Budget(burst: 2, perSecond: 100)
        budget.renew(at: 0)
        budget.renew(at: .max)
        #expect(take(2, &budget))
        #expect(!take(1, &budget))
    }

    @Test func timeThatGoesBackBringsNothing() {
        var budget = HTTP2Budget(burst: 1, perSecond: 1)
        budget.renew(at: 5_000)
        #expect(take(1, &budget))
        budget.renew(at: 1_000)
        budget.renew(at: 5_000)
        #expect(!take(1, &budget))
    }

    private func take(_ count: Int, _ budget: inout HTTP2Budget) -> Bool {
        for _ in 0..<count where !budget.spend() { return false }
        return true
    }
}
