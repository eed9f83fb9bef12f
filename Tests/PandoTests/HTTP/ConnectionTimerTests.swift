import Testing

@testable import Pando

@Suite struct ConnectionTimerTests {
    // Ticks of 1 s: idle 60, head 10, grace 10, write 30, linger 2... the shortest of them sets the tick.
    private let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.lingerTimeout = .seconds(4)
        return limits
    }()

    private func ticks(
        _ timer: inout ConnectionTimer,
        until verdict: ConnectionTimer.Verdict,
        waiting: Bool = true,
        writable: Bool = true,
        _ each: (inout ConnectionTimer) -> Void = { _ in }
    ) -> Int? {
        for count in 1...200 {
            each(&timer)
            if timer.tick(waitingForClient: waiting, writable: writable) == verdict { return count }
        }
        return nil
    }

    @Test func idleConnectionCloses() {
        var timer = ConnectionTimer(limits)
        #expect(ticks(&timer, until: .closeIdle) == 61)
    }

    @Test func drippedHeadTimesOutNoMatterHowManyBytesCome() {
        var timer = ConnectionTimer(limits)
        #expect(ticks(&timer, until: .headTimedOut) { $0.received(bytes: 1) } == 11)
    }

    @Test func drippedBodyIsTooSlow() {
        var timer = ConnectionTimer(limits)
        timer.received(bytes: 100)
        timer.headEnded()
        #expect(ticks(&timer, until: .bodyTooSlow) { $0.received(bytes: 10) } == 11)
    }

    @Test func bodyAtTheLeastRateIsFine() {
        var timer = ConnectionTimer(limits)
        timer.received(bytes: 100)
        timer.headEnded()
        #expect(ticks(&timer, until: .bodyTooSlow) { $0.received(bytes: 500) } == nil)
    }

    @Test func slowHandlerIsNotTheClientsFault() {
        var timer = ConnectionTimer(limits)
        timer.received(bytes: 100)
        timer.headEnded()
        #expect(ticks(&timer, until: .bodyTooSlow, waiting: false) == nil)
    }

    @Test func handlerMayTakeItsTime() {
        var timer = ConnectionTimer(limits)
        timer.received(bytes: 100)
        timer.headEnded()
        timer.requestEnded(answered: false)
        for _ in 0..<500 {
            let verdict = timer.tick(waitingForClient: true, writable: true)
            #expect(verdict == .wait)
        }
        timer.allAnswered()
        #expect(ticks(&timer, until: .closeIdle) == 61)
    }

    @Test func clientThatDoesNotReadIsCut() {
        var timer = ConnectionTimer(limits)
        timer.received(bytes: 100)
        timer.headEnded()
        timer.requestEnded(answered: false)
        #expect(ticks(&timer, until: .cut, writable: false) == 31)
    }

    @Test func lingeringEnds() {
        var timer = ConnectionTimer(limits)
        timer.closing()
        #expect(ticks(&timer, until: .cut) { $0.received(bytes: 1000) } == 5)
    }
}
