import CEpoll
import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The listening socket of the admin interface: a thread that accepts, and one for each request.
///
/// Not a worker of the data path, since a reload waits for names and files; and not Hummingbird, which would bring event loops and
/// another parser of HTTP for a handful of requests a minute that the parser of the data path reads as strictly.
final class AdminServer: Sendable {
    typealias Answering = @Sendable (AdminRequest) -> AdminAnswer

    let endpoint: EdgeConfiguration.Endpoint
    private let access: Mutex<AdminAccess>
    /// -1 when it is closed.
    private let socket: Mutex<Int32>
    private let wakeup: Int32
    private let hasEnded = DispatchSemaphore(value: 0)
    private let connections = Atomic<Int>(0)

    /// More are answered with 503.
    static let maximumConnections = 16

    /// Owns a socket that listens, and does not serve yet.
    init(
        _ endpoint: EdgeConfiguration.Endpoint,
        _ access: AdminAccess,
        owning descriptor: Int32
    ) throws(SystemError) {
        self.endpoint = endpoint
        self.access = Mutex(access)
        socket = Mutex(descriptor)
        wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard wakeup >= 0 else {
            defer { close(descriptor) }
            throw SystemError(code: errno)
        }
    }

    deinit {
        close(wakeup)
    }

    /// The address that it listens at; nil when it does not any more.
    var address: SocketAddress? { socket.withLock { $0 < 0 ? nil : PandoEdge.Socket.localAddress($0) } }

    /// The listening socket.
    var descriptor: Int32 { socket.withLock { $0 } }

    /// Takes the token of another configuration, from the next request on.
    func change(to access: AdminAccess) { self.access.withLock { $0 = access } }

    // MARK: Serving

    /// Answers requests until ``stop(removingFile:)``.
    func serve(_ answer: @escaping @Sendable (AdminRequest, AdminAccess) -> AdminAnswer) {
        let descriptor = self.descriptor
        let answering: Answering = { [self] request in answer(request, access.withLock { $0 }) }
        let thread = Thread { [self] in
            while waitForClient(descriptor) { accept(descriptor, answering) }
            hasEnded.signal()
        }
        thread.name = "edge admin"
        thread.start()
    }

    /// False when it was told to stop.
    private func waitForClient(_ descriptor: Int32) -> Bool {
        var waiting = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&waiting, 2, -1) < 0, errno == EINTR {}
        return waiting[1].revents == 0
    }

    private func accept(_ descriptor: Int32, _ answering: @escaping Answering) {
        // Another process may have taken it, to which the socket was handed.
        let client = accept4(descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
        guard client >= 0 else {
            // Without descriptors the client stays where it is: not at once again.
            if errno == EMFILE || errno == ENFILE { usleep(100_000) }
            return
        }
        let connection = AdminConnection(client)
        guard connections.wrappingAdd(1, ordering: .relaxed).newValue <= Self.maximumConnections else {
            connections.wrappingSubtract(1, ordering: .relaxed)
            return connection.refuse()
        }
        let thread = Thread { [self] in
            connection.serve(answering)
            connections.wrappingSubtract(1, ordering: .relaxed)
        }
        thread.name = "edge admin"
        thread.start()
    }

    // MARK: End

    /// Takes no more connections; those that are there get their answers.
    ///
    /// - Parameter removingFile: Whether the file of a Unix socket goes: not where another process goes on with it.
    func stop(removingFile: Bool = true) {
        var one: UInt64 = 1
        write(wakeup, &one, 8)
        hasEnded.wait()
        closeSocket(removingFile: removingFile)
    }

    /// Closes the socket of one that does not serve.
    func discard() { closeSocket(removingFile: true) }

    private func closeSocket(removingFile: Bool) {
        socket.withLock { descriptor in
            guard descriptor >= 0 else { return }
            close(descriptor)
            descriptor = -1
            if removingFile, case .unix(let path) = endpoint { unlink(path) }
        }
    }
}
