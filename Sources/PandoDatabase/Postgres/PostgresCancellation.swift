import CPostgres
import Dispatch

/// Asks the server to stop what a connection is doing. It takes a connection of its own, which blocks, so it is done on a thread
/// that may.
enum PostgresCancellation {
    private struct Request: @unchecked Sendable {
        // Sendable: handed over from the one that made it to the thread that uses and frees it.
        let handle: OpaquePointer
    }

    static func request(_ cancel: OpaquePointer) {
        let request = Request(handle: cancel)
        DispatchQueue.global(qos: .userInitiated).async {
            var text = [CChar](repeating: 0, count: 256)
            // Where it cannot be delivered the connection is given up a little later.
            _ = PQcancel(request.handle, &text, Int32(text.count))
            PQfreeCancel(request.handle)
        }
    }
}

/// Stops the statement in progress of a connection that blocks a thread.
final class PostgresInterrupter: @unchecked Sendable {
    // Sendable: libpq's functions on it only read, and may be called on any thread.
    private let cancel: OpaquePointer

    init(owning cancel: OpaquePointer) {
        self.cancel = cancel
    }

    deinit {
        PQfreeCancel(cancel)
    }

    func interrupt() {
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            var text = [CChar](repeating: 0, count: 256)
            // Where it cannot be delivered, the statement ends by itself.
            _ = PQcancel(cancel, &text, Int32(text.count))
        }
    }
}
