import NIOCore
import Synchronization

/// What the request handling knows about the connection that it answers on. One for each connection; the task that
/// serves the connection carries it.
final class Connection: Sendable {
    /// The connection of the current task; nil where a test calls the router directly.
    @TaskLocal static var current: Connection?

    /// The other end of the socket: a client or a proxy.
    let peer: ClientAddress
    /// Whether the bytes came over TLS.
    let isSecure: Bool
    private let arrival = Atomic<UInt64>(0)

    init(peer: ClientAddress, isSecure: Bool) {
        self.peer = peer
        self.isSecure = isSecure
    }

    /// When the request in hand was read off the socket, in nanoseconds of the monotonic clock. It lies before the start
    /// of its handler by the time that it waited for a thread, which is what grows first under overload.
    var arrivalNanoseconds: UInt64 { arrival.load(ordering: .relaxed) }

    /// The next request to be handled has arrived.
    func requestArrived(at nanoseconds: UInt64) { arrival.store(nanoseconds, ordering: .relaxed) }
}

/// The monotonic clock, in nanoseconds.
@inline(__always) func monotonicNanoseconds() -> UInt64 { NIODeadline.now().uptimeNanoseconds }
