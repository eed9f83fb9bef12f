import PandoDatabase
import PandoMessagingTesting
import Testing

@testable import PandoMessaging

@Suite(.timeLimit(.minutes(1))) struct DoorbellTests {
    @Test func aRingBeforeTheWaitIsKept() async {
        let bell = Doorbell()
        bell.ring()
        bell.ring()
        await bell.wait()
    }

    @Test func aRingWakesWhoWaits() async {
        let bell = Doorbell()
        async let waiting: Void = bell.wait()
        bell.ring()
        await waiting
    }

    @Test func theWaitEndsAtItsInstant() async {
        let time = ManualTime()
        let bell = Doorbell()
        let end = time.now + .seconds(3600)
        async let waiting: Void = bell.wait(until: end, by: time)
        time.advance(by: .seconds(3600))
        await waiting
    }

    @Test func aWokenWaitLeavesNoRingBehind() async {
        let time = ManualTime()
        let bell = Doorbell()
        bell.ring()
        await bell.wait(until: time.now + .seconds(1), by: time)
        let next = Task { await bell.wait() }
        let isOver = Task {
            await next.value
            return true
        }
        next.cancel()
        #expect(await isOver.value)
    }

    @Test func cancellationEndsTheWait() async {
        let bell = Doorbell()
        let task = Task { await bell.wait() }
        task.cancel()
        await task.value
    }
}
