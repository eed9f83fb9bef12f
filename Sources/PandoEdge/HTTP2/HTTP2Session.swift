internal import CNghttp2

/// The server's side of a connection of HTTP/2 (RFC 9113), over libnghttp2, without a socket: bytes go in by
/// ``receive(_:at:)``, what they mean comes out by ``nextEvent()``, and bytes to send by ``pull(into:limit:)``. Belongs to the
/// thread of its worker.
///
/// ```swift
/// session.receive(bytes, at: now)
/// while let event = session.nextEvent() { … }   // may respond, send, consume, reset
/// session.pull(into: output)                    // and then the events that this made
/// if session.isFinished { close() }
/// ```
///
/// Events are taken and not pushed, so that the owner may use the session while it handles one, and so that C reaches no code
/// of the owner.
// No access overlaps another, as in HTTP2Stream: callbacks of libnghttp2 come while no property is being changed.
package final class HTTP2Session {
    package let limits: HTTP2Limits
    let session: OpaquePointer
    /// The open streams, also those whose head is still coming, in no order.
    @exclusivity(unchecked) private(set) var open = ContiguousArray<HTTP2Stream>()
    private let pool: HTTP2StreamPool
    @exclusivity(unchecked) private var events = ContiguousArray<HTTP2Event>()
    @exclusivity(unchecked) private var nextPlace = 0
    @exclusivity(unchecked) private var recent = HTTP2RecentStreams()
    @exclusivity(unchecked) private var scan = HTTP2FrameScan()
    /// Bytes that came and were of no frame that libnghttp2 knows.
    @exclusivity(unchecked) var unknownBytes = 0
    @exclusivity(unchecked) var controlFrames: HTTP2Budget
    @exclusivity(unchecked) var resets: HTTP2Budget
    let values = HTTP2NameValues()
    /// Where ``pull(into:limit:)`` puts bytes, while it does.
    @exclusivity(unchecked) var output: OutputBytes?
    @exclusivity(unchecked) var outputLimit = 0
    /// Set where a callback ends the connection, which it must not do itself.
    @exclusivity(unchecked) var pendingFailure: HTTP2ErrorCode?
    /// The error that ended the connection; nil where none did.
    @exclusivity(unchecked) package private(set) var failure: HTTP2ErrorCode?
    /// Whether the client was told to send no new requests.
    @exclusivity(unchecked) package internal(set) var isDraining = false

    /// Whether it was told which request is the last one.
    @exclusivity(unchecked) package private(set) var isLastNamed = false

    /// - Parameter pool: Where streams come from and go; sessions of one thread share it.
    package init(_ limits: HTTP2Limits = HTTP2Limits(), _ pool: HTTP2StreamPool = HTTP2StreamPool()) {
        self.limits = limits
        self.pool = pool
        controlFrames = limits.controlFrames
        resets = limits.resets
        session = HTTP2Library.makeServer()
        nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
        announceSettings()
    }

    deinit {
        nghttp2_session_del(session)
    }

    /// Settings of the edge; libnghttp2 sends them first.
    private func announceSettings() {
        let settings = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams),
            (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.head.headBytes),
            (NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1),
            // Priorities are those of RFC 9218.
            (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ].map { nghttp2_settings_entry(settings_id: Int32($0.0.rawValue), value: UInt32($0.1)) }
        nghttp2_submit_settings(session, flags, settings, settings.count)
        nghttp2_session_set_local_window_size(session, flags, 0, Int32(limits.connectionWindowBytes))
    }

    /// No flags.
    let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)

    // MARK: Bytes in

    /// Takes all of what came; then ask for events until there are none, and pull.
    ///
    /// - Parameter milliseconds: The time of a clock that never goes back; limits by rate are measured by it.
    package func receive(_ bytes: UnsafeBufferPointer<UInt8>, at milliseconds: UInt64) {
        guard failure == nil, !bytes.isEmpty else { return }
        controlFrames.renew(at: milliseconds)
        resets.renew(at: milliseconds)
        unknownBytes += bytes.count
        let isLate = scan.find(in: bytes) { problem(withFrameOn: $0) == .streamClosed }
        let count = nghttp2_session_mem_recv(session, bytes.baseAddress, bytes.count)
        if count < 0 {
            fail(pendingFailure ?? Self.code(ofError: Int32(truncatingIfNeeded: count)))
        } else if isLate {
            fail(.streamClosed)
        } else if !spendUnknown() || nghttp2_session_get_outbound_queue_size(session) > limits.queuedFrames {
            fail(.enhanceYourCalm)
        }
    }

    /// Frames of unknown kinds are ignored, and no callback tells of them; they are counted by what they take.
    private func spendUnknown() -> Bool {
        while unknownBytes >= 256 {
            unknownBytes -= 256
            if !controlFrames.spend() { return false }
        }
        return true
    }

    private static func code(ofError error: Int32) -> HTTP2ErrorCode {
        switch error {
        case NGHTTP2_ERR_FLOODED.rawValue, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue,
            NGHTTP2_ERR_TOO_MANY_SETTINGS.rawValue:
            .enhanceYourCalm
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue, NGHTTP2_ERR_SETTINGS_EXPECTED.rawValue: .protocolError
        default: .internalError
        }
    }

    /// The next thing that the received bytes mean; nil once there is none.
    package func nextEvent() -> HTTP2Event? {
        guard nextPlace < events.count else {
            events.removeAll(keepingCapacity: events.count < 256)
            nextPlace = 0
            return nil
        }
        defer { nextPlace += 1 }
        return events[nextPlace]
    }

    func push(_ event: HTTP2Event) { events.append(event) }

    // MARK: Bytes out

    /// Puts what is to be sent behind what waits, until that is so much.
    package func pull(into output: OutputBytes, limit: Int = 65_536) {
        self.output = output
        outputLimit = limit
        while output.count < limit {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &bytes)
            guard count > 0 else { break }
            output.append(UnsafeBufferPointer(start: bytes, count: count))
        }
        self.output = nil
        if let code = pendingFailure, failure == nil {
            fail(code)
            // The notice of it.
            pull(into: output, limit: limit + 1_024)
        }
    }

    /// Whether there is something to pull.
    package var hasOutput: Bool { nghttp2_session_want_write(session) != 0 }

    /// Whether nothing can come or go any more: after an error, or after draining, once everything was pulled.
    package var isFinished: Bool {
        nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    // MARK: Streams

    /// How many streams are open.
    package var streamCount: Int { open.count }

    /// The open streams whose request the owner knows, to look for those that are stuck.
    package func forEachStream(_ body: (HTTP2Stream) -> Void) {
        for stream in open where stream.isAnnounced { body(stream) }
    }

    func begin(_ id: Int32) -> HTTP2Stream {
        let stream = pool.take()
        stream.begin(id)
        stream.place = open.count
        open.append(stream)
        return stream
    }

    /// Ends a stream: gives its window back, tells the owner, keeps it for the next request.
    func end(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        guard stream.isOpen else { return }
        stream.isOpen = false
        // After an error of the connection libnghttp2 goes on knowing its streams; it must not find this object.
        nghttp2_session_set_stream_user_data(session, stream.id, nil)
        if stream.unconsumed > 0, failure == nil {
            nghttp2_session_consume_connection(session, stream.unconsumed)
        }
        stream.unconsumed = 0
        recent.add(stream.id, endedByClient: stream.isClientDone)
        let last = open.removeLast()
        if last !== stream {
            open[stream.place] = last
            last.place = stream.place
        }
        if stream.isAnnounced { push(.closed(stream, code)) }
        pool.give(stream)
    }

    /// What is wrong with a head or data on a stream; nil where nothing is.
    func problem(withFrameOn id: Int32) -> HTTP2ErrorCode? {
        guard id & 1 == 1, id <= nghttp2_session_get_last_proc_stream_id(session), stream(id) == nil else { return nil }
        // Refused, or reset, which libnghttp2 has not told the client yet.
        guard nghttp2_session_get_stream_remote_close(session, id) == -1 else { return nil }
        return switch recent.find(id) {
        case .mayCome: nil
        case .endedByClient: .streamClosed
        case .skipped: .protocolError
        }
    }

    /// Notes a stream that was refused.
    func forget(_ id: Int32) { recent.add(id, endedByClient: false) }

    // MARK: End

    /// Ends the connection because of an error.
    package func fail(_ code: HTTP2ErrorCode) {
        guard failure == nil else { return }
        nghttp2_session_terminate_session(session, code.rawValue)
        ended(code)
    }

    /// Notes that the connection is at its end.
    func ended(_ code: HTTP2ErrorCode) {
        guard failure == nil else { return }
        failure = code
        while let stream = open.last { end(stream, code) }
        push(.failed(code))
    }

    /// Says that no more requests are wanted, without refusing those on their way (RFC 9113 §6.8): first a notice, and once the
    /// client has seen it, which the answer to a PING tells, the last request that is taken.
    package func drain() {
        guard !isDraining, failure == nil else { return }
        isDraining = true
        nghttp2_submit_shutdown_notice(session)
        HTTP2Library.drainMark.withUTF8Buffer { mark in
            _ = nghttp2_submit_ping(session, flags, mark.baseAddress)
        }
    }

    /// Takes no more requests from now on, where the client does not answer for too long after ``drain()``.
    package func finishDraining() {
        guard failure == nil else { return }
        isDraining = true
        isLastNamed = true
        let last = nghttp2_session_get_last_proc_stream_id(session)
        nghttp2_submit_goaway(session, flags, last, HTTP2ErrorCode.noError.rawValue, nil, 0)
    }
}
