/// A copy of a request to another upstream, whose answer nobody gets.
///
/// It begins when the request is complete, so that it can hold nothing up. A body that is larger than ``Exchange/replayBytes`` is not copied,
/// nor is what the other upstream has no place for.
final class MirrorExchange: ClientlessExchange {
    private let target: UpstreamPlan
    private var body: OutputBytes?
    private var isTooLarge = false

    fileprivate init(_ original: Exchange, _ target: UpstreamPlan) {
        self.target = target
        super.init(like: original)
        request.remove(.expect)
        rules.expectsContinue = false
        record.requestID = original.record.requestID
    }

    /// Takes a part of the request's body.
    func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !isTooLarge, (body?.count ?? 0) + bytes.count <= Self.replayBytes else {
            isTooLarge = true
            return
        }
        let kept = body ?? worker.buffers.take()
        body = kept
        kept.append(bytes)
    }

    /// The request is complete.
    fileprivate func send() {
        guard !isTooLarge else { return }
        began = worker.now
        isRequestComplete = rules.framing == .none
        dispatch(to: target, retries: 0)
    }

    override func resumeRequest() {
        guard !isRequestComplete, takesBody else { return }
        if let body { requestBody(body.bytes) }
        requestEnded()
    }

    private func end() {
        if let body { worker.buffers.give(body) }
        body = nil
        // Nobody has asked for it: it is in no log, and no route counts it.
        began = 0
        reset()
    }

    override func sendEnd() { end() }
    override func sendAbort() { end() }
}

extension Exchange {
    /// Has a share of the requests copied.
    final func mirror(to target: (plan: UpstreamPlan, percent: Int)) {
        guard rules.upgrade.isEmpty, target.percent >= 100 || worker.random.below(100) < target.percent else { return }
        mirror = MirrorExchange(self, target.plan)
        guard isRequestComplete else { return }
        // A body that was looked at first is here already.
        if let replay { mirror?.keep(replay.bytes) }
        sendMirror()
    }

    /// The request is complete: so the copy is too.
    final func sendMirror() {
        let copy = mirror
        mirror = nil
        copy?.send()
    }
}
