import CPostgres
import Dispatch

/// Asks the server to stop what a connection is doing. That takes a connection of its own, which blocks, so it is done on a thread
/// that may.
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
            // Where it cannot be delivered, the statement ends by itself, or its connection is given up.
            _ = PQcancel(cancel, &text, Int32(text.count))
        }
    }
}
