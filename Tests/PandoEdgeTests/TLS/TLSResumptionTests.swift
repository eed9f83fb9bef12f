import Foundation
import Testing

@testable import PandoEdge

@Suite struct TLSResumptionTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    private func isResumed(_ context: TLSContext, _ client: TLSClientContext, key: String? = nil) throws -> Bool {
        let pair = try TLSPair(context, client, key: key)
        pair.shake()
        #expect(pair.server.isEstablished)
        #expect(pair.server.isResumed == pair.client.isResumed)
        return pair.server.isResumed
    }

    @Test func secondConnectionGoesOnWithTheFirstOnesSession() throws {
        let (context, client) = (try authority.context(), try authority.client())
        #expect(try !isResumed(context, client))
        #expect(try isResumed(context, client))
        #expect(context.counters.counts.completed == 2)
        #expect(context.counters.counts.resumed == 1)
    }

    @Test func sessionIsNotTakenToAnotherServer() throws {
        let (context, client) = (try authority.context(), try authority.client())
        #expect(try !isResumed(context, client, key: "one"))
        #expect(try !isResumed(context, client, key: "other"))
        #expect(try isResumed(context, client, key: "one"))
    }

    @Test func ticketOutlivesTwoRotationsOfKeys() throws {
        let keys = TicketKeys()
        let (context, client) = (try authority.context { $0.ticketKeys = keys }, try authority.client())
        #expect(try !isResumed(context, client))
        keys.rotate()
        keys.rotate()
        #expect(try isResumed(context, client))
        // The resumption gave a ticket of the newest key.
        keys.rotate()
        keys.rotate()
        #expect(try isResumed(context, client))
        keys.rotate()
        keys.rotate()
        keys.rotate()
        #expect(try !isResumed(context, client))
    }

    @Test func reloadedContextAndAnotherEdgeResumeWithTheSameKeys() throws {
        let given = try #require(TicketKeys.Key(bytes: (0..<80).map { UInt8($0) }))
        let one = try authority.context { $0.ticketKeys = TicketKeys([given]) }
        let other = try authority.context { $0.ticketKeys = TicketKeys([TicketKeys.Key(), given]) }
        let stranger = try authority.context()
        let client = try authority.client()
        #expect(try !isResumed(one, client))
        #expect(try isResumed(other, client))
        #expect(try !isResumed(stranger, client))
    }

    @Test func keyOfAnotherLengthIsNone() {
        #expect(TicketKeys.Key(bytes: [UInt8](repeating: 0, count: 48)) == nil)
    }

    @Test func keysRotateInTime() async throws {
        let keys = TicketKeys()
        let first = keys.sealing
        let clock = StepClock()
        await #expect(throws: CancellationError.self) { try await keys.run(every: .seconds(60), clock: clock) }
        #expect(keys.sealing != first)
        #expect(first.bytes.withUnsafeBufferPointer { keys.opening(UnsafeBufferPointer(rebasing: $0[..<16])) } != nil)
    }

    /// A clock that lets one sleeper through, and cancels the next.
    private final class StepClock: Clock, @unchecked Sendable {
        // Used by one task.
        private var slept = 0

        var now: ContinuousClock.Instant { ContinuousClock.now }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            slept += 1
            if slept > 1 { throw CancellationError() }
        }
    }
}
