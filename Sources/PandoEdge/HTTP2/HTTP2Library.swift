internal import CNghttp2

/// What all sessions have in common with libnghttp2: callbacks and options, made once for the process.
enum HTTP2Library {
    /// What the PING of a draining connection carries.
    static let drainMark: StaticString = "draining"

    /// What libnghttp2 copies into each session.
    private struct Shared: @unchecked Sendable {
        // Only written here; libnghttp2 reads them.
        let callbacks: OpaquePointer?
        let options: OpaquePointer?

        init() {
            var made: OpaquePointer?
            nghttp2_session_callbacks_new(&made)
            callbacks = made
            nghttp2_option_new(&made)
            options = made
            install()
            // Windows open as the owner consumes.
            nghttp2_option_set_no_auto_window_update(options, 1)
            nghttp2_option_set_no_closed_streams(options, 1)
            nghttp2_option_set_builtin_recv_extension_type(options, UInt8(NGHTTP2_PRIORITY_UPDATE.rawValue))
            // Some versions count each piece in which the nine bytes before a frame arrive.
            nghttp2_option_set_max_continuations(options, 32)
            // Resets are limited by HTTP2Budget, with another error code.
            nghttp2_option_set_stream_reset_rate_limit(options, .max, .max)
        }

        private func install() {
            nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, own in
                guard let header else { return 0 }
                return at(own).beginFrame(header.pointee)
            }
            nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, own in
                guard let frame else { return 0 }
                return at(own).beginHeaders(frame.pointee)
            }
            nghttp2_session_callbacks_set_on_header_callback(callbacks) {
                _,
                frame,
                name,
                nameCount,
                value,
                valueCount,
                _,
                own in
                guard let frame else { return 0 }
                return at(own).field(
                    frame.pointee.hd.stream_id,
                    UnsafeBufferPointer(start: name, count: nameCount),
                    UnsafeBufferPointer(start: value, count: valueCount)
                )
            }
            nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, _, _, _, _, _, _, _ in
                // By itself libnghttp2 leaves such a field out, and passes the rest on.
                NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
            }
            nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, own in
                guard let frame else { return 0 }
                return at(own).received(frame.pointee)
            }
            nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, bytes, count, own in
                at(own).body(id, UnsafeBufferPointer(start: bytes, count: count))
                return 0
            }
            nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, own in
                at(own).closed(id, code)
                return 0
            }
            nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, own in
                if let frame { at(own).sent(frame.pointee) }
                return 0
            }
            nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, frame, header, count, _, own in
                guard let frame, let header else { return 0 }
                return at(own).put(header, count, frame.pointee.hd.stream_id)
            }
        }
    }

    private static let shared = Shared()

    /// A server's session; who calls frees it.
    static func makeServer() -> OpaquePointer {
        var made: OpaquePointer?
        guard nghttp2_session_server_new2(&made, shared.callbacks, nil, shared.options) == 0, let made else {
            fatalError("libnghttp2 has no memory for a session")
        }
        return made
    }

    /// Asks a stream for bytes of its response.
    static let read: nghttp2_data_source_read_callback = { _, id, _, room, flags, _, own in
        guard let flags else { return 0 }
        return at(own).readBody(id, room, flags)
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> HTTP2Session {
        guard let pointer else { fatalError("a session of libnghttp2 that no HTTP2Session made") }
        return Unmanaged<HTTP2Session>.fromOpaque(pointer).takeUnretainedValue()
    }
}
