import DequeModule

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An executor with a thread of its own, for the one connection that writes: of the writer's actor, and by preference of the
/// tasks that write, so that a task which prefers another executor does not change threads within its transaction.
///
/// Whenever no job is waiting the thread calls its idle hook, which commits the batch: jobs that arrived during the last
/// fsync share the next one, and a lone job commits at once. Nothing is delayed to make a batch larger.
final class DatabaseThread: SerialExecutor, TaskExecutor, @unchecked Sendable {
    // Sendable: `jobs`, `isWaiting`, `isStopping` and `idle` are only touched with `mutex` held, `running` only on the thread;
    // the rest is immutable.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs = Deque<UnownedJob>()
    /// The jobs taken over by the thread.
    private var running = Deque<UnownedJob>()
    private var isWaiting = false
    private var isStopping = false
    private var idle: (@Sendable () -> ContinuousClock.Instant?)?

    init() {
        pthread_mutex_init(mutex, nil)
        #if canImport(Glibc)
            // By default the waits of a condition go by the wall clock, which jumps.
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #else
            pthread_cond_init(condition, nil)
        #endif
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    /// Starts the thread, which keeps `self` alive until ``stop()``.
    ///
    /// - Parameter idle: runs on the thread when no job waits; returns when to be called again at the latest.
    func start(idle: @escaping @Sendable () -> ContinuousClock.Instant?) {
        self.idle = idle
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&thread, nil, { databaseThreadMain($0) }, context)
        precondition(code == 0, "no thread could be created (errno \(code))")
        pthread_detach(thread)
    }

    /// Lets the thread end once no job waits.
    func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(unowned)
        let wake = isWaiting
        isWaiting = false
        pthread_mutex_unlock(mutex)
        if wake { pthread_cond_signal(condition) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    /// `assumeIsolated` from the idle hook: the hook only ever runs on the thread, between jobs.
    func checkIsolated() {}

    /// Whether jobs wait for the one that runs. To be asked by that one only.
    var hasWaitingJobs: Bool {
        if !running.isEmpty { return true }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return !jobs.isEmpty
    }

    fileprivate func main() {
        while true {
            pthread_mutex_lock(mutex)
            swap(&running, &jobs)
            let ends = running.isEmpty && isStopping
            pthread_mutex_unlock(mutex)
            if running.isEmpty {
                let deadline = idle?()
                if ends { return }
                wait(until: deadline)
            }
            while let job = running.popFirst() {
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
        }
    }

    private func wait(until deadline: ContinuousClock.Instant?) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard jobs.isEmpty, !isStopping else { return }
        isWaiting = true
        if let deadline {
            let left = max(.zero, ContinuousClock.now.duration(to: deadline)) + .milliseconds(1)
            wait(nanoseconds: Int(left.microseconds * 1000))
        } else {
            pthread_cond_wait(condition, mutex)
        }
        isWaiting = false
    }

    private func wait(nanoseconds left: Int) {
        var time = timespec()
        #if canImport(Glibc)
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        let nanoseconds = time.tv_nsec + left
        time.tv_sec += nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        #if canImport(Glibc)
            pthread_cond_timedwait(condition, mutex, &time)
        #else
            pthread_cond_timedwait_relative_np(condition, mutex, &time)
        #endif
    }
}

private func databaseThreadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<DatabaseThread>.fromOpaque(context).takeRetainedValue().main()
    return nil
}
