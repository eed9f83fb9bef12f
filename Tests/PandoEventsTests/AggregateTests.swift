import PandoDatabase
import TestSupport
import Testing

@testable import PandoEvents

@Suite struct AggregateTests {
    private struct Overdrawn: Error {}

    @Test func updateDecidesOnTheCurrentState() async throws {
        let fixture = try await Fixture()
        let id = Identifier()
        for _ in 0..<3 {
            try await fixture.bank.write { tx in
                _ = try await fixture.store.update(Account.self, id, in: tx) { _ in [.deposited(amount: 2)] }
            }
        }
        let loaded = try await fixture.bank.read { try await fixture.store.load(Account.self, id, in: $0) }
        #expect(loaded.aggregate.balance == 6)
        #expect(loaded.version == 3)
    }

    @Test func aRefusedDecisionAppendsNothing() async throws {
        let fixture = try await Fixture()
        await #expect(throws: Overdrawn.self) {
            try await fixture.bank.write { tx in
                _ = try await fixture.store.update(Account.self, "a", in: tx) { account in
                    guard account.balance >= 5 else { throw Overdrawn() }
                    return [.withdrawn(amount: 5)]
                }
            }
        }
        let unchanged = try await fixture.bank.write { tx in
            try await fixture.store.update(Account.self, "a", in: tx) { _ in [] }
        }
        #expect(!unchanged.exists)
    }

    /// Whatever happens, a snapshot and the events after it say the same as all events.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func snapshotsChangeNothing(seed: UInt64) async throws {
        let fixture = try await Fixture()
        var random = SeededGenerator(seed: seed)
        for step in 0..<40 {
            let key = "account-\(Int.random(in: 0..<3, using: &random))"
            let events: [AccountEvent] = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? .deposited(amount: .random(in: 1...9, using: &random))
                    : .withdrawn(amount: .random(in: 1...9, using: &random))
            }
            let updated = try await fixture.bank.write { tx in
                try await fixture.store.update(SnapshotAccount.self, key, in: tx) { _ in events }
            }
            let (replayed, loaded) = try await fixture.bank.read { tx in
                (
                    try await fixture.store.load(Account.self, key, in: tx),
                    try await fixture.store.load(SnapshotAccount.self, key, in: tx)
                )
            }
            #expect(loaded.aggregate.account == replayed.aggregate, "seed \(seed), step \(step)")
            #expect(updated.aggregate.account == replayed.aggregate, "seed \(seed), step \(step)")
            #expect(loaded.version == replayed.version && updated.version == replayed.version)
        }
        let snapshots: Int? = try await fixture.database.read { tx in
            try await tx.system.first("SELECT count(*) FROM pando_snapshots")
        }
        #expect((snapshots ?? 0) > 0)
    }

    @Test(arguments: [
        "UPDATE pando_snapshots SET schema_version = 2, state = '{\"account\":{\"balance\":99,\"isClosed\":true}}'",
        "UPDATE pando_snapshots SET state = '{\"other\":1}'",
    ])
    func staleSnapshotsAreLeftOut(_ change: String) async throws {
        let fixture = try await Fixture()
        try await fixture.bank.write { tx in
            _ = try await fixture.store.update(SnapshotAccount.self, "a", in: tx) { _ in
                Array(repeating: .deposited(amount: 1), count: 4)
            }
            #expect(try await tx.system.execute("\(raw: change)") == 1)
        }
        let loaded = try await fixture.bank.read { try await fixture.store.load(SnapshotAccount.self, "a", in: $0) }
        #expect(loaded.aggregate.account == Account(balance: 4, isClosed: false))
    }
}
