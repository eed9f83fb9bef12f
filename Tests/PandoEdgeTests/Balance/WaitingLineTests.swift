import Synchronization
import Testing

@testable import PandoEdge

/// Who waits for a place, and who is called.
@Suite struct WaitingLineTests {
    private final class Guest: WaitingTicket, @unchecked Sendable {
        private let told = Mutex<[String]>([])

        var heard: [String] { told.withLock { $0 } }

        override func call() { told.withLock { $0.append("call") } }
        override func shed() { told.withLock { $0.append("shed") } }
    }

    @Test func moreImportantOnesAreCalledFirstAndEqualsInTheirOrder() {
        let line = WaitingLine()
        var guests = [2, 3, 2, 0, 1].map { Guest(rank: $0) }
        for guest in guests { #expect(line.join(guest, atMost: 10)) }
        var ranks: [Int] = []
        line.callNext()
        while let called = guests.firstIndex(where: { $0.heard == ["call"] }) {
            ranks.append(guests[called].rank)
            let isFirst = !guests[..<called].contains { $0.rank == guests[called].rank }
            #expect(isFirst)
            // Who is served calls the next.
            line.leave(guests.remove(at: called), isServed: true)
        }
        #expect(ranks == [0, 1, 2, 2, 3])
        #expect(line.count == 0)
    }

    @Test func whoIsServedCallsTheNext() {
        let line = WaitingLine()
        let guests = [2, 2, 2].map { Guest(rank: $0) }
        for guest in guests { #expect(line.join(guest, atMost: 10)) }
        line.callNext()
        line.leave(guests[0], isServed: true)
        #expect(guests.map(\.heard) == [["call"], ["call"], []])
        #expect(line.count == 2)
    }

    @Test func whoWasCalledAndGoesAwayPassesTheCallOn() {
        let line = WaitingLine()
        let guests = [2, 2, 2].map { Guest(rank: $0) }
        for guest in guests { #expect(line.join(guest, atMost: 10)) }
        line.leave(guests[1], isServed: false)
        #expect(guests.allSatisfy { $0.heard.isEmpty })
        line.callNext()
        line.leave(guests[0], isServed: false)
        #expect(guests.map(\.heard) == [["call"], [], ["call"]])
    }

    @Test func whoWasCalledInVainStaysInFrontOfItsEquals() {
        let line = WaitingLine()
        let guests = [2, 2].map { Guest(rank: $0) }
        for guest in guests { #expect(line.join(guest, atMost: 10)) }
        line.callNext()
        line.stay(guests[0])
        line.callNext()
        #expect(guests.map(\.heard) == [["call", "call"], []])
        #expect(line.count == 2)
    }

    @Test func aFullLineShedsTheLastOfTheLeastImportant() {
        let line = WaitingLine()
        let guests = [3, 3, 2].map { Guest(rank: $0) }
        for guest in guests { #expect(line.join(guest, atMost: 3)) }
        #expect(!line.join(Guest(rank: 3), atMost: 3))
        #expect(line.join(Guest(rank: 1), atMost: 3))
        #expect(guests.map(\.heard) == [[], ["shed"], []])
        #expect(line.join(Guest(rank: 2), atMost: 3))
        #expect(guests.map(\.heard) == [["shed"], ["shed"], []])
        #expect(!line.join(Guest(rank: 2), atMost: 3))
        #expect(line.count == 3)
        #expect(line.isBehind(2) && line.isBehind(3) && !line.isBehind(1))
        #expect(!line.join(Guest(rank: 0), atMost: 0))
    }

    @Test func countsAreExactWhateverThreadsDo() {
        let line = WaitingLine()
        onThreads(8) { thread in
            var random = WorkerRandom(seed: UInt64(thread) + 1)
            for _ in 0..<200 {
                let guests = (0..<4).map { _ in Guest(rank: random.below(4)) }
                let joined = guests.filter { line.join($0, atMost: 20) }
                line.callNext()
                for guest in joined {
                    if random.below(2) == 0 { line.stay(guest) }
                    line.leave(guest, isServed: random.below(2) == 0)
                }
            }
        }
        #expect(line.count == 0)
        #expect(!line.isBehind(3))
        let last = Guest(rank: 0)
        #expect(line.join(last, atMost: 1))
        line.callNext()
        #expect(last.heard == ["call"])
    }
}
