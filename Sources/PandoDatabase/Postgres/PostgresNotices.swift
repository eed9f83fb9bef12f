import CPostgres

/// Takes the server's notices, which libpq would print otherwise, and remembers the one kind that matters: a WARNING 01000
/// says that a COMMIT did not wait for its replicas as it should have.
final class PostgresNotices: @unchecked Sendable {
    // Sendable: libpq calls it from within its own functions, which are called with the connection's lock held.
    private var hasWarning = false

    func install(on handle: OpaquePointer) {
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let state = PQresultErrorField(result, PostgresErrorField.state.code) else { return }
                guard String(cString: state) == "01000" else { return }
                Unmanaged<PostgresNotices>.fromOpaque(context).takeUnretainedValue().hasWarning = true
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    /// Whether there was one since the last call.
    func takeWarning() -> Bool {
        defer { hasWarning = false }
        return hasWarning
    }
}
