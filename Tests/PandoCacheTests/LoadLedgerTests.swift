import Testing

@testable import PandoCache

@Suite struct LoadLedgerTests {
    private typealias Ledger = LoadLedger<String, Int>

    private func lead(_ ledger: inout Ledger, _ key: String) throws -> LoadLease<String> {
        guard case .lead(let lease) = ledger.begin(key) else { throw Surprise() }
        return lease
    }

    private struct Surprise: Error {}

    @Test func onlyTheFirstLeads() throws {
        var ledger = Ledger()
        let lease = try lead(&ledger, "a")
        guard case .join(let flight) = ledger.begin("a") else { throw Surprise() }
        #expect(flight == lease.flight)
        guard case .lead = ledger.begin("b") else { throw Surprise() }
    }

    @Test func aLoadThatBeganWhileTheKeyWasHeldNeverStores() throws {
        var ledger = Ledger()
        ledger.hold("a")
        let lease = try lead(&ledger, "a")
        ledger.release("a", changed: false)
        #expect(!ledger.end(lease).storable)
        #expect(ledger.isIdle)
    }

    @Test func severalHoldsOfOneKeyCount() throws {
        var ledger = Ledger()
        ledger.hold("a")
        ledger.hold("a")
        ledger.release("a", changed: true)
        let during = try lead(&ledger, "a")
        ledger.release("a", changed: true)
        #expect(!ledger.end(during).storable)
        let after = try lead(&ledger, "a")
        #expect(ledger.end(after).storable)
    }

    @Test func holdingAllKeysBreaksEveryLease() throws {
        var ledger = Ledger()
        let first = try lead(&ledger, "a")
        ledger.holdAll()
        let second = try lead(&ledger, "b")
        ledger.releaseAll(changed: true)
        let third = try lead(&ledger, "a")
        #expect(!ledger.end(first).storable)
        #expect(!ledger.end(second).storable)
        #expect(ledger.end(third).storable)
    }

    @Test func theLineIsBoundedAndCanBeLeft() throws {
        var ledger = Ledger()
        let lease = try lead(&ledger, "a")
        for id in 0..<3 { #expect(ledger.join(lease.flight, id: UInt64(id), waiter: id, limit: 3) == .waiting) }
        #expect(ledger.join(lease.flight, id: 3, waiter: 3, limit: 3) == .full)
        #expect(ledger.leave(lease.flight, id: 1) == 1)
        #expect(ledger.leave(lease.flight, id: 1) == nil)
        #expect(ledger.handOver(lease) == 0)
        #expect(ledger.end(lease).waiters == [2])
        #expect(ledger.join(lease.flight, id: 4, waiter: 4, limit: 3) == .ended)
    }
}
