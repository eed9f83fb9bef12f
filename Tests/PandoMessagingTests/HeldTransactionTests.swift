import PandoDatabase
import Synchronization
import Testing

@testable import PandoMessaging

/// Eight writers publish at the same time, and hold a fifth of their transactions open for a while: numbers that are drawn early
/// are committed late.
@Suite(.timeLimit(.minutes(1))) struct HeldTransactionTests {
    private struct Tick: Message {
        static let topic = "held"
        let number: Int
    }

    @Test func nothingAppearsBehindAFollower() async throws {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        let engine = try await database.read { $0.engine }
        var lostByNaive = 0
        for round in 0..<(engine == .sqlite ? 1 : 20) {
            let isDone = Flag()
            async let careful = follow(database, isCareful: true, isDone)
            async let naive = follow(database, isCareful: false, isDone)
            let published = try await publish(database)
            isDone.set()
            let (seen, seenByNaive) = (try await careful, try await naive)
            #expect(published.subtracting(seen).isEmpty, "round \(round)")
            lostByNaive += published.subtracting(seenByNaive).count
            if lostByNaive > 0 { break }
        }
        // The control: where writers do not take turns, who polls for greater numbers misses some.
        #expect((lostByNaive > 0) == (engine == .postgres))
        await database.close()
    }

    private func publish(_ database: Database) async throws -> Set<Identifier> {
        try await withThrowingTaskGroup(of: Set<Identifier>.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    var published: Set<Identifier> = []
                    for number in 0..<50 {
                        let id = try await database.write { tx in
                            let id = try await tx.publish(Tick(number: writer * 50 + number))
                            // The load itself: what the transaction does after it has its number.
                            if Int.random(in: 0..<5) == 0 { try await Task.sleep(for: .milliseconds(5)) }
                            return id
                        }
                        published.insert(id)
                    }
                    return published
                }
            }
            return try await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    /// Reads on past the last number that it has seen, until the writers are done and nothing is left.
    private func follow(
        _ database: Database,
        isCareful: Bool,
        _ isDone: Flag
    ) async throws -> Set<Identifier> {
        var last: Int64 = 0
        var seen: Set<Identifier> = []
        while true {
            let isLast = isDone.isSet
            let after = last
            let rows = try await database.read { tx in
                try await tx.system.rows(
                    """
                    SELECT sequence, id FROM pando_messages WHERE topic = \(Tick.topic) AND sequence > \(after) \
                    \(isCareful ? tx.isSettled("sequence") : "") ORDER BY sequence
                    """
                ) { row in (try row.get(0, as: Int64.self), try row.get(1, as: Identifier.self)) }
            }
            for (sequence, id) in rows {
                last = sequence
                seen.insert(id)
            }
            guard rows.isEmpty else { continue }
            if isLast { return seen }
            // A follower that polls: reads of SQLite do not suspend, and writers need threads too.
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// Says that the writers are done.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}
