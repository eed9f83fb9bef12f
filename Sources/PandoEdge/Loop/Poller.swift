import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// Which sockets of a worker are ready: epoll, told once of each change (EPOLLET).
///
/// So a socket costs no call of the system when its connection changes from reading to writing; in exchange, whoever is told
/// that it may read must read until it would block, or remember that it has not.
final class Poller {
    struct Ready {
        let token: UInt64
        let events: UInt32

        var canRead: Bool {
            events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
        }
        var canWrite: Bool { events & (EPOLLOUT.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
        /// The other side has sent its last.
        var hasEnd: Bool { events & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    }

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private static let capacity = 256

    init() throws(SystemError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        events = .allocate(capacity: Self.capacity)
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    /// Watches a socket until it is closed.
    func add(_ socket: Int32, token: UInt64, isEdge: Bool = true) -> Bool {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        if isEdge { event.events |= EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue }
        event.data.u64 = token
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0
    }

    /// Watches a socket under another token from now on; what is ready already is told again.
    func change(_ socket: Int32, token: UInt64) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        event.data.u64 = token
        epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event)
    }

    func remove(_ socket: Int32) { epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil) }

    /// Waits for at most so many milliseconds; how many are ready.
    func wait(milliseconds: Int32) -> Int {
        max(0, Int(epoll_wait(descriptor, events, Int32(Self.capacity), milliseconds)))
    }

    @inline(__always)
    subscript(index: Int) -> Ready { Ready(token: events[index].data.u64, events: events[index].events) }
}
