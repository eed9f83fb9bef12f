import NIOCore

/// One pass of a user through a scenario.
struct Pass {
    /// The index of the scenario.
    var scenario: Int
    /// The number of the arrival in the run.
    var index: Int
    /// When the arrival was meant to happen.
    var arrived: Nanoseconds
}

/// Hands arrivals to users: free users wait here for arrivals, arrivals wait here for free users, at most `maxWaiting`.
///
/// Confined to the event loop of its lane. The user who became free last goes first, so that only as many users are active
/// as the load needs.
final class UserQueue {
    private var idle: [CheckedContinuation<Pass?, Never>] = []
    private var waiting = CircularBuffer<Pass>()
    private var isFinished = false
    private let maxWaiting: Int

    init(maxWaiting: Int) { self.maxWaiting = maxWaiting }

    /// Arrivals without a user.
    var waitingCount: Int { waiting.count }

    /// Gives an arrival to a free user, or lets it wait; false if too many wait already.
    func offer(_ pass: Pass) -> Bool {
        if let user = idle.popLast() {
            user.resume(returning: pass)
            return true
        }
        guard waiting.count < maxWaiting else { return false }
        waiting.append(pass)
        return true
    }

    /// The next arrival for the calling user; nil when there will be none.
    func next() async -> Pass? {
        if let pass = waiting.popFirst() { return pass }
        if isFinished { return nil }
        return await withCheckedContinuation { idle.append($0) }
    }

    /// No more arrivals will be offered; those that wait are still handed out.
    func finish() {
        isFinished = true
        let users = idle
        idle = []
        for user in users { user.resume(returning: nil) }
    }

    /// Takes back the arrivals that still wait.
    func abandon() -> [Pass] {
        defer { waiting.removeAll() }
        return Array(waiting)
    }
}
