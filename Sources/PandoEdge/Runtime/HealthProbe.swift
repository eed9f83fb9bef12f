/// One probe of a server: a connection, and where it is asked for, a GET and the head of its answer.
final class HealthProbe: StreamSocket {
    private let prober: HealthProber
    private let target: HealthProber.Target
    private var isConnected = false
    private let received = OutputBytes(capacity: 1_024)
    private let head = Head()
    /// Of an answer so much is looked at, interim ones and all.
    private static let longest = 1 << 16

    private init(_ descriptor: Int32, _ target: HealthProber.Target, _ prober: HealthProber) {
        self.target = target
        self.prober = prober
        super.init(descriptor, on: prober.worker)
    }

    /// Begins a probe; the prober is told of its end.
    static func begin(_ target: HealthProber.Target, for prober: HealthProber) {
        switch Socket.connect(to: target.address) {
        case .failure(let error): prober.ended(target, "\(error)")
        case .success(let descriptor):
            let probe = HealthProbe(descriptor, target, prober)
            guard prober.worker.add(probe) else { return probe.finish("the edge has too many connections") }
            probe.worker.setDeadline(probe.worker.now + target.check.timeout.wholeNanoseconds, for: probe)
        }
    }

    override func ready(_ ready: Poller.Ready) {
        if !isConnected {
            guard ready.canWrite else { return }
            let error = Socket.pendingError(descriptor)
            guard error == 0 else { return broke(.system(error)) }
            isConnected = true
            _ = target.introduction.introduce(.local, descriptor)
            if target.request.isEmpty { return finish(nil) }
            outgoing.append(target.request)
            flush()
            if isClosed { return }
        }
        super.ready(ready)
    }

    override func readable() {
        while !isClosed {
            switch receive() {
            case .count(let count):
                received.append(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(worker.scratch)[..<count]))
                look()
            case .wouldBlock, .wantsWrite: return
            case .closed: finish("the connection ended before its answer")
            case .failed(let failure): broke(failure)
            }
        }
    }

    /// Looks for the final answer in what has come.
    private func look() {
        do throws(HeadError) {
            while case .complete(let count) = try HeadParser.response(received.bytes, into: head, limits: HeadLimits())
            {
                if head.status >= 200 { return judge(head.status) }
                received.drop(count)
            }
        } catch {
            return finish(error.reason)
        }
        if received.count > Self.longest { finish("its answer has no end") }
    }

    private func judge(_ status: Int) {
        let isGood = target.check.status.contains { $0.contains(status) }
        finish(isGood ? nil : "it answered \(status)")
    }

    override func broke(_ failure: IOFailure?) { finish(failure?.description ?? "the connection ended") }

    override func deadlinePassed() { finish(isConnected ? "no answer in time" : "no connection in time") }

    private func finish(_ failure: String?) {
        guard !isClosed else { return }
        discardOutput()
        closeSocket()
        prober.ended(target, failure)
    }
}
