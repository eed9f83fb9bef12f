import NIOCore

/// Runs the task of a connection on the connection's event loop, so that a request is read, handled and answered without
/// changing threads. The changes cost more than most handlers do: two of them 40 µs of processor time.
///
/// A handler that computes for long holds up the other connections of its loop, as it would hold up a thread of the
/// cooperative pool. Work of more than a few milliseconds goes elsewhere, see `Requests` in the documentation.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
