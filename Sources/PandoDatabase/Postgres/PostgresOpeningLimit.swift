import CPostgres
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Breaks a connection off that is not ready in time: libpq limits how long it takes to log in, and then waits for answers without
/// a limit.
final class PostgresOpeningLimit: Sendable {
    /// The socket; nil once it is ready, or closed.
    private let socket: Mutex<Int32?>

    init(_ descriptor: Int32, _ limit: Duration) {
        socket = Mutex(descriptor)
        DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + .microseconds(Int(limit.microseconds)))
        {
            self.socket.withLock { socket in
                guard let descriptor = socket else { return }
                shutdown(descriptor, Int32(SHUT_RDWR))
            }
        }
    }

    /// To be called before the socket may be closed: from then on its number may be another's.
    func end() {
        socket.withLock { $0 = nil }
    }
}
