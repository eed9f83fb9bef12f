import DequeModule
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The thread that waits on the sockets of a database's connections, so that nobody else has to. The closures of writes run on
/// it too, between the answers to their statements: so a transaction changes threads when it begins and when it ends only.
final class PostgresPoller: TaskExecutor {
    private struct State {
        var connections: [PostgresConnection] = []
        var isStopping = false
    }

    /// How often the limits of transactions and the pool are looked after.
    private static let tick: Duration = .milliseconds(50)

    private let state = Mutex(State())
    private let isWoken = Atomic(false)
    /// What waits to be run on the thread.
    private let jobs = Mutex(Deque<UnownedJob>())
    /// The thread itself, from when it has begun.
    private let thread = Atomic<UInt>(0)
    /// A pipe: what is written into it wakes the thread.
    private let wakeReading: Int32
    private let wakeWriting: Int32

    init() throws(DatabaseError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw DurableFile.failure("making a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (wakeReading, wakeWriting) = (ends[0], ends[1])
    }

    deinit {
        close(wakeReading)
        close(wakeWriting)
    }

    /// Starts the thread, which keeps `self` alive until ``stop()``.
    ///
    /// - Parameters:
    ///   - onTick: called about twenty times a second.
    ///   - onDeath: called with a connection that has died.
    func start(
        onTick: @escaping @Sendable (ContinuousClock.Instant) -> Void,
        onDeath: @escaping @Sendable (PostgresConnection) -> Void
    ) {
        let loop = Loop(poller: self, onTick: onTick, onDeath: onDeath)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(loop).toOpaque()
        let code = pthread_create(&thread, nil, { pollerMain($0) }, context)
        precondition(code == 0, "no thread could be created (errno \(code))")
        pthread_detach(thread)
    }

    /// Ends the thread, and with it all connections.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        let isFirst = jobs.withLock { jobs in
            jobs.append(unowned)
            return jobs.count == 1
        }
        // On the thread itself the next round finds it.
        if isFirst, thread.load(ordering: .relaxed) != Self.currentThread { wake() }
    }

    private static var currentThread: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            pthread_self()
        #endif
    }

    /// Runs what waits now; what comes meanwhile waits for the next round, after the connections.
    private func runJobs() {
        let ready = jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
        for job in ready { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Looks after a connection from now on; false where the thread has been stopped, so that nobody would.
    func add(_ connection: PostgresConnection) -> Bool {
        let isAdded = state.withLock { state in
            if !state.isStopping { state.connections.append(connection) }
            return !state.isStopping
        }
        wake()
        return isAdded
    }

    /// Makes the thread look at its connections again.
    func wake() {
        guard !isWoken.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 0
        _ = write(wakeWriting, &byte, 1)
    }

    /// One round: waits, reads, buries. False when it is time to stop.
    fileprivate func turn(_ polled: inout [pollfd], onDeath: (PostgresConnection) -> Void) -> Bool {
        runJobs()
        let (connections, isStopping) = state.withLock { ($0.connections, $0.isStopping) }
        if isStopping {
            for connection in connections { connection.end() }
            for connection in connections { remove(connection, onDeath) }
            return false
        }
        polled.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: wakeReading, events: Int16(POLLIN), revents: 0))
        for connection in connections {
            let events = connection.hasUnsent ? POLLIN | POLLOUT : POLLIN
            polled.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
        }
        let wait = jobs.withLock { $0.isEmpty } ? Self.tick : .zero
        let ready = poll(&polled, nfds_t(polled.count), Int32(wait.microseconds / 1000))
        guard ready > 0 else { return true }
        if polled[0].revents != 0 { drainWakes() }
        for (index, connection) in connections.enumerated() where polled[index + 1].revents != 0 {
            if !connection.receive() { remove(connection, onDeath) }
        }
        return true
    }

    private func remove(_ connection: PostgresConnection, _ onDeath: (PostgresConnection) -> Void) {
        state.withLock { state in state.connections.removeAll { $0 === connection } }
        connection.bury()
        onDeath(connection)
    }

    private func drainWakes() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeReading, &bytes, bytes.count) > 0 {}
        // After the reading: who finds it set until here has changed what the next round looks at anyway.
        isWoken.store(false, ordering: .releasing)
    }

    fileprivate static func main(_ loop: Loop) {
        loop.poller.thread.store(currentThread, ordering: .relaxed)
        var polled: [pollfd] = []
        var nextTick = ContinuousClock.now + tick
        while loop.poller.turn(&polled, onDeath: loop.onDeath) {
            let now = ContinuousClock.now
            guard now >= nextTick else { continue }
            nextTick = now + tick
            loop.onTick(now)
        }
    }

    fileprivate final class Loop: Sendable {
        let poller: PostgresPoller
        let onTick: @Sendable (ContinuousClock.Instant) -> Void
        let onDeath: @Sendable (PostgresConnection) -> Void

        init(
            poller: PostgresPoller,
            onTick: @escaping @Sendable (ContinuousClock.Instant) -> Void,
            onDeath: @escaping @Sendable (PostgresConnection) -> Void
        ) {
            self.poller = poller
            self.onTick = onTick
            self.onDeath = onDeath
        }
    }
}

private func pollerMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    PostgresPoller.main(Unmanaged<PostgresPoller.Loop>.fromOpaque(context).takeRetainedValue())
    return nil
}
