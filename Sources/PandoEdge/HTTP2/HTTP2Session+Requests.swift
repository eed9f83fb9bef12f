internal import CNghttp2

/// What libnghttp2 tells about received frames. The answer is what its callbacks return.
extension HTTP2Session {
    private static let go: Int32 = 0
    /// Ends the connection; what it is told is in ``pendingFailure``.
    private static let stop = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

    /// A frame begins: of which kinds there may not be too many (RFC 9113 §10.5).
    func beginFrame(_ header: nghttp2_frame_hd) -> Int32 {
        unknownBytes -= header.length + 9
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue:
            guard let problem = problem(withFrameOn: header.stream_id) else { return Self.go }
            pendingFailure = problem
            return Self.stop
        // Limited in another way each.
        case NGHTTP2_DATA.rawValue, NGHTTP2_CONTINUATION.rawValue, NGHTTP2_RST_STREAM.rawValue:
            return Self.go
        case NGHTTP2_PRIORITY.rawValue where header.stream_id == 0:
            // libnghttp2 does not look at what RFC 9218 has replaced, but this is an error still (RFC 9113 §6.3).
            pendingFailure = .protocolError
            return Self.stop
        default:
            return calm(controlFrames.spend())
        }
    }

    /// Ends the connection unless something is within its limits.
    private func calm(_ isWithin: Bool) -> Int32 {
        if isWithin { return Self.go }
        pendingFailure = .enhanceYourCalm
        return Self.stop
    }

    func beginHeaders(_ frame: nghttp2_frame) -> Int32 {
        guard frame.headers.cat == NGHTTP2_HCAT_REQUEST else {
            if let stream = stream(frame.hd.stream_id) {
                stream.isInTrailers = true
                stream.headBytes = 0
                stream.trailers = Head(capacity: 256)
            }
            return Self.go
        }
        let stream = begin(frame.hd.stream_id)
        nghttp2_session_set_stream_user_data(session, stream.id, Unmanaged.passUnretained(stream).toOpaque())
        return Self.go
    }

    /// The stream of an id; nil where it is gone or was never accepted.
    func stream(_ id: Int32) -> HTTP2Stream? {
        nghttp2_session_get_stream_user_data(session, id).map {
            Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue()
        }
    }

    // MARK: Fields

    func field(_ id: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Int32 {
        guard let stream = stream(id) else { return Self.go }
        let isPseudo = name.first == UInt8(ascii: ":")
        // As much as the line would take on a connection of HTTP/1: colon, space and the end of the line.
        stream.headBytes += isPseudo ? value.count + 1 : name.count + value.count + 4
        if stream.headBytes > limits.head.headBytes { stream.refusal = .fieldsTooLarge }
        // A client that sends several times what it was told to send (SETTINGS_MAX_HEADER_LIST_SIZE) means harm: a byte of
        // a compressed head can stand for kilobytes.
        if stream.headBytes > limits.head.headBytes * 4 { return calm(false) }
        guard stream.refusal == nil else { return Self.go }
        if isPseudo {
            pseudoField(stream, name, value)
        } else {
            plainField(stream, name, value)
        }
        return Self.go
    }

    private func plainField(
        _ stream: HTTP2Stream,
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) {
        let head = stream.isInTrailers ? stream.trailers ?? stream.head : stream.head
        guard head.fields.count < limits.head.fields else {
            stream.refusal = .fieldsTooLarge
            return
        }
        let id = FieldName.find(name)
        if id == .other, FieldName.isKnownWithUnderscores(name) {
            stream.refusal = .malformed("a field's name is a known one with underscores for hyphens")
            return
        }
        let ownName = id == .other ? head.append(name) : head.append(id.text)
        head.fields.append(Field(id: id, name: ownName, value: head.append(value)))
    }

    /// libnghttp2 has seen to it that each comes once, and before the fields.
    private func pseudoField(
        _ stream: HTTP2Stream,
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) {
        let head = stream.head
        // The second letters of all of them but two differ.
        switch (name.count, name[1]) {
        case (7, UInt8(ascii: "m")):
            if value.count > 32 { stream.refusal = .malformed("the method is longer than 32 characters") }
            if !value.allSatisfy({ Characters.isIn($0, Characters.token) }) {
                stream.refusal = .malformed("the method has a character that no method has")
            }
            head.methodName = head.append(value)
            head.method = Method(value)
        case (5, UInt8(ascii: "p")):
            if value.count > limits.head.targetBytes { stream.refusal = .targetTooLong }
            head.target = head.append(value)
        case (7, UInt8(ascii: "s")): stream.scheme = head.append(value)
        case (10, UInt8(ascii: "a")): stream.authority = head.append(value)
        case (9, UInt8(ascii: "p")): stream.connectProtocol = head.append(value)
        default: stream.refusal = .malformed("an unknown pseudo-field")
        }
    }

    // MARK: Frames

    func received(_ frame: nghttp2_frame) -> Int32 {
        switch UInt32(frame.hd.type) {
        case NGHTTP2_HEADERS.rawValue:
            guard let stream = stream(frame.hd.stream_id) else { return Self.go }
            let ends = UInt32(frame.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
            stream.isClientDone = ends
            if stream.isInTrailers { return receivedTrailers(stream) }
            announce(stream, ends)
        case NGHTTP2_DATA.rawValue:
            let ends = UInt32(frame.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
            if ends, let stream = stream(frame.hd.stream_id) {
                stream.isClientDone = true
                complete(stream)
            }
            if !ends, frame.hd.length <= frame.data.padlen { return calm(controlFrames.spend()) }
        case NGHTTP2_RST_STREAM.rawValue:
            stream(frame.hd.stream_id)?.isClientDone = true
            return calm(resets.spend())
        case NGHTTP2_PING.rawValue:
            if UInt32(frame.hd.flags) & NGHTTP2_FLAG_ACK.rawValue != 0, isDraining { receivedMark(frame.ping) }
        default: break
        }
        return Self.go
    }

    private func receivedMark(_ ping: nghttp2_ping) {
        let isMark = HTTP2Library.drainMark.withUTF8Buffer { mark in
            withUnsafeBytes(of: ping.opaque_data) { $0.elementsEqual(mark) }
        }
        if isMark { finishDraining() }
    }

    private func announce(_ stream: HTTP2Stream, _ ends: Bool) {
        do throws(HeadError) {
            if let refusal = stream.refusal { throw refusal }
            stream.rules = try RequestRules(stream, hasBody: !ends)
        } catch {
            refuse(stream, error)
            return
        }
        stream.isAnnounced = true
        push(.request(stream))
        if ends { complete(stream) }
    }

    private func complete(_ stream: HTTP2Stream) {
        guard stream.isOpen, stream.isAnnounced, !stream.isRequestComplete else { return }
        stream.isRequestComplete = true
        push(.end(stream))
    }

    private func receivedTrailers(_ stream: HTTP2Stream) -> Int32 {
        guard stream.refusal == nil else {
            if stream.isAnnounced, !stream.isResetByUs { reset(stream, .protocolError) }
            return Self.go
        }
        complete(stream)
        return Self.go
    }

    /// A malformed request is an error of its stream (RFC 9113 §8.1.1); what is only too large is told so.
    private func refuse(_ stream: HTTP2Stream, _ error: HeadError) {
        push(.refused(error))
        if case .malformed = error {
            reset(stream, .protocolError)
        } else {
            let answer = Head(capacity: 64)
            answer.status = error.status
            answer.add(.contentLength, "0")
            respond(answer, on: stream, ends: true)
        }
    }

    func body(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let stream = stream(id), stream.isOpen, stream.isAnnounced, !stream.isResetByUs else {
            nghttp2_session_consume(session, id, bytes.count)
            return
        }
        stream.unconsumed += bytes.count
        push(.body(stream, bytes))
    }

    func closed(_ id: Int32, _ code: UInt32) {
        if let stream = stream(id) { end(stream, HTTP2ErrorCode(wire: code)) }
    }

    /// What was sent, for what libnghttp2 sends on its own.
    func sent(_ frame: nghttp2_frame) {
        switch UInt32(frame.hd.type) {
        case NGHTTP2_RST_STREAM.rawValue: sentReset(frame)
        case NGHTTP2_GOAWAY.rawValue:
            if frame.goaway.error_code != 0 { ended(HTTP2ErrorCode(wire: frame.goaway.error_code)) }
        case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue:
            guard UInt32(frame.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 else { return }
            guard let stream = stream(frame.hd.stream_id), stream.isOpen, !stream.isRequestComplete else { return }
            // The response is complete and the request is not: the rest of it is of no use to anybody (RFC 9113 §8.1).
            if !isHalfClosed(stream) { reset(stream, .noError) }
        default: break
        }
    }

    private func isHalfClosed(_ stream: HTTP2Stream) -> Bool {
        nghttp2_session_get_stream_remote_close(session, stream.id) == 1
    }

    /// A reset that the client's frames made the edge send counts like one of its own: it costs a server as much.
    private func sentReset(_ frame: nghttp2_frame) {
        let known = stream(frame.hd.stream_id)
        // One that was refused before it began: what follows on it is no error.
        if known == nil { forget(frame.hd.stream_id) }
        let isOwners = known?.isResetByUs ?? false
        if !isOwners { forgiveBody() }
        if isOwners, frame.rst_stream.error_code != HTTP2ErrorCode.protocolError.rawValue { return }
        if !resets.spend() { pendingFailure = .enhanceYourCalm }
    }

    /// The client may have sent as much of a body as its window takes, before it saw that the stream is gone. libnghttp2 drops
    /// it without a word, as it does with unknown frames.
    func forgiveBody() { unknownBytes -= max(65_535, limits.streamWindowBytes) }
}
