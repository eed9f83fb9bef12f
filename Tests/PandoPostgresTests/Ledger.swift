import PandoDatabase
import Synchronization
import Testing

/// What writers know of the numbers that they have inserted, to be held against what the server has.
final class Ledger: Sendable {
    enum Fate {
        case acknowledged
        /// The writer was told that nothing took effect.
        case failed
        case unknown
    }

    private struct State {
        var next = 0
        var fates: [Int: Fate] = [:]
        var codes: [DatabaseError.Code: Int] = [:]
        var isStopping = false
    }

    private let state = Mutex(State())

    var fates: [Int: Fate] { state.withLock { $0.fates } }

    /// How often writes and reads have failed, by code.
    var codes: [DatabaseError.Code: Int] { state.withLock { $0.codes } }

    func count(_ fate: Fate) -> Int { fates.values.count { $0 == fate } }

    /// What is wrong with the stored numbers, in words.
    static func faults(_ fates: [Int: Fate], stored: [Int]) -> [String] {
        let copies = Dictionary(stored.map { ($0, 1) }, uniquingKeysWith: +)
        let foreign = copies.keys.filter { fates[$0] == nil }.map { "\($0) was never written" }
        let wrong = fates.compactMap { number, fate -> String? in
            let copies = copies[number] ?? 0
            if copies > 1 { return "\(number) is there \(copies) times" }
            switch fate {
            case .acknowledged: return copies == 1 ? nil : "\(number) was acknowledged and is lost"
            case .failed: return copies == 0 ? nil : "\(number) had failed and is there"
            case .unknown: return nil
            }
        }
        return (foreign + wrong).sorted()
    }

    /// Holds the database to the fates.
    func check(_ database: Database, at location: SourceLocation = #_sourceLocation) async throws {
        let stored = try await database.numbers()
        #expect(Self.faults(fates, stored: stored) == [], sourceLocation: location)
    }

    // MARK: Writing

    /// Writes from so many tasks until `body` has returned, and the writes in progress have too.
    func whileWriting(
        _ writers: Int,
        into database: Database,
        beforeCommit: @escaping @Sendable (Transaction) async throws -> Void = { _ in },
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<writers { group.addTask { await self.keepWriting(into: database, beforeCommit) } }
            defer { state.withLock { $0.isStopping = true } }
            try await body()
        }
    }

    private func keepWriting(
        into database: Database,
        _ beforeCommit: @escaping @Sendable (Transaction) async throws -> Void
    ) async {
        while !state.withLock({ $0.isStopping }) {
            // As a client would, instead of asking a server that is away as fast as it can.
            if await write(into: database, beforeCommit: beforeCommit).fate != .acknowledged {
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Writes the next number; which it was, and what became of it.
    @discardableResult
    func write(
        into database: Database,
        limit: Duration? = nil,
        beforeCommit: @escaping @Sendable (Transaction) async throws -> Void = { _ in }
    ) async -> (number: Int, fate: Fate) {
        let number = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        let fate: Fate
        do {
            try await database.write(limit: limit) { tx in
                let insertion: SQL = "INSERT INTO entries (id, number) VALUES (\(Identifier()), \(number))"
                // Every other one goes with the COMMIT.
                if number.isMultiple(of: 2) { try await tx.execute(insertion) } else { try await tx.enqueue(insertion) }
                try await beforeCommit(tx)
            }
            fate = .acknowledged
        } catch {
            fate = (error as? DatabaseError)?.code == .outcomeUnknown ? .unknown : .failed
            note(error)
        }
        state.withLock { $0.fates[number] = fate }
        return (number, fate)
    }

    /// Counts an error; one that is not the database's is a fault, but for a cancellation.
    func note(_ error: any Error) {
        if let error = error as? DatabaseError {
            state.withLock { $0.codes[error.code, default: 0] += 1 }
        } else if !(error is CancellationError) {
            Issue.record(error)
        }
    }
}

@Suite struct LedgerTests {
    @Test func plantedFaultsAreFound() {
        let fates: [Int: Ledger.Fate] = [0: .acknowledged, 1: .failed, 2: .unknown, 3: .unknown]
        #expect(Ledger.faults(fates, stored: [0, 2]) == [])
        #expect(Ledger.faults(fates, stored: [2]) == ["0 was acknowledged and is lost"])
        #expect(Ledger.faults(fates, stored: [0, 0]) == ["0 is there 2 times"])
        #expect(Ledger.faults(fates, stored: [0, 3, 3]) == ["3 is there 2 times"])
        #expect(Ledger.faults(fates, stored: [0, 1]) == ["1 had failed and is there"])
        #expect(Ledger.faults(fates, stored: [0, 7]) == ["7 was never written"])
    }
}
