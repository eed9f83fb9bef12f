import DequeModule

#if canImport(Glibc)
    import Glibc
#endif

/// A thread that does what blocks: reads first, as requests wait for them, then all else in its order.
final class DiskThread: @unchecked Sendable {
    // Sendable: all but the immutable pointers is touched with `mutex` held.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var reads = Deque<@Sendable () -> Void>()
    private var others = Deque<@Sendable () -> Void>()
    private var isStopping = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    /// Starts the thread, which keeps `self` alive until ``stop()``.
    func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&thread, nil, { diskThreadMain($0) }, context)
        precondition(code == 0, "no thread could be created (errno \(code))")
        pthread_detach(thread)
    }

    /// Lets the thread end when all jobs are done.
    func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Adds a read; false where there are too many.
    func read(limit: Int, _ job: @escaping @Sendable () -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard reads.count < limit, !isStopping else { return false }
        reads.append(job)
        pthread_cond_signal(condition)
        return true
    }

    /// Adds another job. Its caller bounds how many there are.
    func perform(_ job: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        others.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    fileprivate func main() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let job = reads.popFirst() ?? others.popFirst() { return job }
            if isStopping { return nil }
            pthread_cond_wait(condition, mutex)
        }
    }
}

private func diskThreadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<DiskThread>.fromOpaque(context).takeRetainedValue().main()
    return nil
}
