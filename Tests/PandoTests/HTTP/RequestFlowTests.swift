import Testing

@testable import Pando

@Suite struct RequestFlowTests {
    @Test func permitRunsFromLastByteToHeadOfAnswer() {
        var flow = RequestFlow()
        flow.readHead(isLast: false, isHTTP10: false, isHead: false)
        let step1 = flow.readEnd()
        #expect(step1)
        let step2 = flow.writeHead()
        #expect(step2 == .init(releasesPermit: true, closes: false, isHTTP10: false, isHead: false))
        let step3 = flow.writeEnd()
        #expect(step3 == .keepOpen)
        #expect(flow.isIdle)
        let step4 = flow.abandon()
        #expect(step4 == 0)
    }

    @Test func earlyAnswerTakesNoPermit() {
        var flow = RequestFlow()
        flow.readHead(isLast: false, isHTTP10: false, isHead: false)
        let step5 = flow.writeHead()
        #expect(!step5.releasesPermit)
        let step6 = flow.readEnd()
        #expect(!step6)
        let step7 = flow.writeEnd()
        #expect(step7 == .keepOpen)
        let step8 = flow.abandon()
        #expect(step8 == 0)
    }

    @Test func pipelinedRequestsKeepTheirOrderAndPermits() {
        var flow = RequestFlow()
        for _ in 0..<3 {
            flow.readHead(isLast: false, isHTTP10: false, isHead: false)
            let step9 = flow.readEnd()
            #expect(step9)
        }
        #expect(flow.owed == 3)
        let step10 = flow.writeHead()
        #expect(step10.releasesPermit)
        let step11 = flow.writeEnd()
        #expect(step11 == .keepOpen)
        let step12 = flow.abandon()
        #expect(step12 == 2)
    }

    @Test func lastRequestCloses() {
        var flow = RequestFlow()
        flow.readHead(isLast: true, isHTTP10: true, isHead: false)
        let step13 = flow.readEnd()
        #expect(step13)
        #expect(flow.ignoresInput)
        let step14 = flow.writeHead()
        #expect(step14 == .init(releasesPermit: true, closes: true, isHTTP10: true, isHead: false))
        let step15 = flow.writeEnd()
        #expect(step15 == .close)
    }

    @Test func drainingClosesAfterWhatIsOwed() {
        var flow = RequestFlow()
        for _ in 0..<2 {
            flow.readHead(isLast: false, isHTTP10: false, isHead: false)
            _ = flow.readEnd()
        }
        flow.drain()
        let step16 = flow.writeHead()
        #expect(!step16.closes)
        let step17 = flow.writeEnd()
        #expect(step17 == .keepOpen)
        let step18 = flow.writeHead()
        #expect(step18.closes)
        let step19 = flow.writeEnd()
        #expect(step19 == .close)
    }

    @Test func failedBodyMakesTheAnswerTheLast() {
        var flow = RequestFlow()
        flow.readHead(isLast: false, isHTTP10: false, isHead: false)
        flow.failBody()
        #expect(flow.ignoresInput)
        let step20 = flow.writeHead()
        #expect(step20.closes)
        let step21 = flow.writeEnd()
        #expect(step21 == .close)
    }
}
