import Synchronization

/// Requests of all workers that wait for a place: the most important is called first, and of equals the one that came first.
///
/// Who gives a place back calls the next with ``callNext()``. Who is called looks for a place itself, since somebody who has just come may
/// have been quicker: then it stays, in front of its equals. Who finds a place calls the next too, as there may be more than one.
final class WaitingLine: Sendable {
    /// How many ranks there are; 0 is the most important.
    static let ranks = 4

    fileprivate struct Rows {
        var first = InlineArray<4, WaitingTicket?>(repeating: nil)
        var last = InlineArray<4, WaitingTicket?>(repeating: nil)
    }

    private let rows = Mutex(Rows())
    private let total = Atomic<Int>(0)
    private let counts = InlineArray<4, Atomic<Int>> { _ in Atomic(0) }

    init() {}

    /// How many wait.
    var count: Int { total.load(ordering: .relaxed) }

    /// Whether somebody waits who is more important than a rank, so that nobody of it may pass.
    @inline(__always)
    func isBehind(_ rank: Int) -> Bool {
        if total.load(ordering: .relaxed) == 0 { return false }
        for other in 0..<rank where counts[other].load(ordering: .relaxed) > 0 { return true }
        return false
    }

    /// Puts a request at the end of its rank; false where so many wait already, and none of them is less important.
    ///
    /// A less important one is sent away in its place, the last of the least important. Whoever has joined must look for a place once more:
    /// one that was given back just before has called nobody.
    func join(_ ticket: WaitingTicket, atMost limit: Int) -> Bool {
        let (hasJoined, shed) = rows.withLock { rows -> (Bool, WaitingTicket?) in
            var shed: WaitingTicket?
            if total.load(ordering: .relaxed) >= limit {
                guard limit > 0, let other = rows.lastBelow(ticket.rank) else { return (false, nil) }
                rows.unlink(other)
                other.standing = .outside
                count(other, -1)
                shed = other
            }
            rows.append(ticket)
            ticket.standing = .waiting
            count(ticket, 1)
            return (true, shed)
        }
        shed?.shed()
        // Before the look for a place that follows, as giving a place back comes before the look for who waits.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        return hasJoined
    }

    /// Calls who is first, where a place was given back.
    @inline(__always)
    func callNext() {
        if total.load(ordering: .sequentiallyConsistent) > 0 { callFirst() }
    }

    private func callFirst() {
        let called = rows.withLock { rows -> WaitingTicket? in
            for rank in 0..<Self.ranks {
                guard let first = rows.first[rank] else { continue }
                rows.unlink(first)
                first.standing = .called
                return first
            }
            return nil
        }
        called?.call()
    }

    /// Takes back who was called and has found no place.
    func stay(_ ticket: WaitingTicket) {
        rows.withLock { rows in
            guard ticket.standing == .called else { return }
            rows.prepend(ticket)
            ticket.standing = .waiting
        }
    }

    /// Ends the wait of a request that has found a place, or does not want one any more.
    func leave(_ ticket: WaitingTicket, isServed: Bool) {
        let wasCalled = rows.withLock { rows -> Bool in
            let standing = ticket.standing
            if standing == .waiting { rows.unlink(ticket) }
            if standing != .outside { count(ticket, -1) }
            ticket.standing = .outside
            return standing == .called
        }
        if isServed || wasCalled { callNext() }
    }

    private func count(_ ticket: WaitingTicket, _ change: Int) {
        counts[ticket.rank].wrappingAdd(change, ordering: .relaxed)
        total.wrappingAdd(change, ordering: .sequentiallyConsistent)
    }
}

extension WaitingLine.Rows {
    fileprivate mutating func append(_ ticket: WaitingTicket) {
        ticket.previous = last[ticket.rank]
        if let last = last[ticket.rank] { last.next = ticket } else { first[ticket.rank] = ticket }
        last[ticket.rank] = ticket
    }

    fileprivate mutating func prepend(_ ticket: WaitingTicket) {
        ticket.next = first[ticket.rank]
        if let first = first[ticket.rank] { first.previous = ticket } else { last[ticket.rank] = ticket }
        first[ticket.rank] = ticket
    }

    fileprivate mutating func unlink(_ ticket: WaitingTicket) {
        if let previous = ticket.previous { previous.next = ticket.next } else { first[ticket.rank] = ticket.next }
        if let next = ticket.next { next.previous = ticket.previous } else { last[ticket.rank] = ticket.previous }
        (ticket.previous, ticket.next) = (nil, nil)
    }

    /// The last one of the least important rank that is less important than another.
    fileprivate func lastBelow(_ rank: Int) -> WaitingTicket? {
        var lowest = WaitingLine.ranks - 1
        while lowest > rank {
            if let last = last[lowest] { return last }
            lowest -= 1
        }
        return nil
    }
}

/// A request's place in a ``WaitingLine``.
///
/// Unchecked: what changes is read and written with the lock of the line held, by that line alone.
class WaitingTicket: @unchecked Sendable {
    fileprivate enum Standing {
        /// In no line.
        case outside
        case waiting
        /// Told to look for a place; still counted among those who wait.
        case called
    }

    let rank: Int
    fileprivate var standing = Standing.outside
    fileprivate var next: WaitingTicket?
    /// Who is before it holds it by ``next``.
    fileprivate unowned(unsafe) var previous: WaitingTicket?

    /// - Parameter rank: 0 to 3; 0 is the most important.
    init(rank: Int) { self.rank = rank }

    /// There may be a place. Called on any thread, without the lock.
    func call() {}
    /// Somebody more important has taken its place in the line, which it has left. Called on any thread, without the lock.
    func shed() {}
}
