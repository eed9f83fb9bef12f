internal import CNghttp2

/// What an owner does with a stream. On a stream that is gone all of it has no effect.
extension HTTP2Session {
    /// Says that bytes of a request's body are done with, so that the client may send as many more.
    package func consume(_ count: Int, of stream: HTTP2Stream) {
        let count = min(count, stream.unconsumed)
        guard count > 0, stream.isOpen else { return }
        stream.unconsumed -= count
        nghttp2_session_consume(session, stream.id, count)
    }

    /// Sends an interim response (1xx), 103 say; 101 does not exist in HTTP/2 (RFC 9113 §8.6).
    package func respondInterim(_ head: Head, on stream: HTTP2Stream) {
        precondition(head.status != 101, "HTTP/2 changes no protocols")
        guard stream.isOpen, !stream.hasResponse else { return }
        values.fill(head, hasStatus: true)
        nghttp2_submit_headers(session, flags, stream.id, nil, values.pointer, values.count, nil)
    }

    /// Sends a response's head, without the fields that are about one connection.
    ///
    /// - Parameter ends: Whether nothing follows it.
    package func respond(_ head: Head, on stream: HTTP2Stream, ends: Bool) {
        guard stream.isOpen, !stream.hasResponse else { return }
        stream.hasResponse = true
        stream.hasEnded = ends
        values.fill(head, hasStatus: true)
        if ends {
            nghttp2_submit_response(session, stream.id, values.pointer, values.count, nil)
        } else {
            var provider = nghttp2_data_provider()
            provider.read_callback = HTTP2Library.read
            nghttp2_submit_response(session, stream.id, values.pointer, values.count, &provider)
        }
    }

    /// Takes bytes of a response's body.
    ///
    /// - Returns: How many were taken. Where that is not all, `maySend` comes once there is room for more.
    package func send(_ bytes: UnsafeBufferPointer<UInt8>, on stream: HTTP2Stream) -> Int {
        guard stream.isOpen, stream.hasResponse, !stream.hasEnded else { return bytes.count }
        let count = min(bytes.count, max(0, limits.pendingBytes - stream.pendingBytes))
        if count < bytes.count { stream.wantsRoom = true }
        guard count > 0 else { return 0 }
        let body = stream.body ?? OutputBytes(capacity: 2_048)
        stream.body = body
        body.append(UnsafeBufferPointer(rebasing: bytes[..<count]))
        resume(stream)
        return count
    }

    /// Ends a response, with trailers if there are any.
    package func end(_ stream: HTTP2Stream, trailers: Head? = nil) {
        guard stream.isOpen, stream.hasResponse, !stream.hasEnded else { return }
        stream.hasEnded = true
        if let trailers, trailers.fields.contains(where: { !$0.id.isHopByHop }) {
            let kept = Head(capacity: max(64, trailers.count))
            kept.copy(trailers)
            stream.outgoingTrailers = kept
        }
        resume(stream)
    }

    /// Breaks a stream off; its `closed` comes after the next pull.
    package func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        guard stream.isOpen, !stream.isResetByUs else { return }
        stream.isResetByUs = true
        forgiveBody()
        stream.hasResponse = true
        stream.hasEnded = true
        nghttp2_submit_rst_stream(session, flags, stream.id, code.rawValue)
    }

    /// Lets libnghttp2 ask again for bytes that were not there.
    private func resume(_ stream: HTTP2Stream) {
        guard stream.isDeferred else { return }
        stream.isDeferred = false
        nghttp2_session_resume_data(session, stream.id)
    }

    // MARK: What libnghttp2 asks

    /// How much of a body can be sent now; the bytes themselves go by ``put(_:_:_:)``.
    func readBody(_ id: Int32, _ room: Int, _ flags: UnsafeMutablePointer<UInt32>) -> Int {
        guard let stream = stream(id) else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
        let waiting = stream.pendingBytes
        if waiting == 0, !stream.hasEnded {
            stream.isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        guard stream.hasEnded, waiting <= room else { return min(waiting, room) }
        flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if let trailers = stream.outgoingTrailers {
            flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            values.fill(trailers, hasStatus: false)
            nghttp2_submit_trailer(session, stream.id, values.pointer, values.count)
        }
        return waiting
    }

    /// Puts a DATA frame out.
    func put(_ header: UnsafePointer<UInt8>, _ count: Int, _ id: Int32) -> Int32 {
        guard let output, let stream = stream(id) else { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }
        if output.count >= outputLimit { return NGHTTP2_ERR_WOULDBLOCK.rawValue }
        output.append(UnsafeBufferPointer(start: header, count: 9))
        guard count > 0, let body = stream.body else { return 0 }
        output.append(UnsafeBufferPointer(rebasing: body.bytes[..<count]))
        body.drop(count)
        stream.sentBytes += UInt64(count)
        // What a client does to get its bytes, opening windows above all, is no flood.
        controlFrames.give(count)
        if stream.wantsRoom, body.count <= limits.pendingBytes / 2 {
            stream.wantsRoom = false
            push(.maySend(stream))
        }
        return 0
    }
}
