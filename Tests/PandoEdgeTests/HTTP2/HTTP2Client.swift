import CNghttp2

@testable import PandoEdge

/// libnghttp2's client, for tests.
final class HTTP2Client {
    /// A response, as far as it came.
    struct Response: Equatable {
        var fields: [[String]] = []
        /// The heads before the last one.
        var interim: [[[String]]] = []
        var trailers: [[String]] = []
        var body: [UInt8] = []
        /// What ended it.
        var code: UInt32?
        var isInTrailers = false
    }

    private(set) var responses: [Int32: Response] = [:]
    private(set) var goAway: UInt32?
    /// Streams in the order in which their bytes came.
    private(set) var order: [Int32] = []
    private var session: OpaquePointer?
    private let callbacks: OpaquePointer?

    /// - Parameter window: How many bytes of each body are taken before the test opens the window.
    init(window: UInt32 = 65_535) {
        var made: OpaquePointer?
        nghttp2_session_callbacks_new(&made)
        callbacks = made
        Self.install(callbacks)
        var options: OpaquePointer?
        nghttp2_option_new(&options)
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_session_client_new2(&session, callbacks, Unmanaged.passUnretained(self).toOpaque(), options)
        nghttp2_option_del(options)
        var setting = nghttp2_settings_entry(
            settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
            value: window
        )
        nghttp2_submit_settings(session, 0, &setting, 1)
        nghttp2_session_set_local_window_size(session, 0, 0, 1 << 24)
    }

    deinit {
        nghttp2_session_del(session)
        nghttp2_session_callbacks_del(callbacks)
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> HTTP2Client {
        guard let pointer else { fatalError("a session that no HTTP2Client made") }
        return Unmanaged<HTTP2Client>.fromOpaque(pointer).takeUnretainedValue()
    }

    private static func install(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, own in
            guard let frame else { return 0 }
            HTTP2Client.at(own).begin(frame.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _,
            frame,
            name,
            count,
            value,
            valueCount,
            _,
            own in
            let name = String(decoding: UnsafeBufferPointer(start: name, count: count), as: UTF8.self)
            let value = String(decoding: UnsafeBufferPointer(start: value, count: valueCount), as: UTF8.self)
            if let id = frame?.pointee.hd.stream_id { HTTP2Client.at(own).add(id, [name, value]) }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, bytes, count, own in
            let client = HTTP2Client.at(own)
            client.responses[id, default: Response()].body += UnsafeBufferPointer(start: bytes, count: count)
            if client.order.last != id { client.order.append(id) }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, own in
            HTTP2Client.at(own).responses[id, default: Response()].code = code
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, own in
            if let frame, UInt32(frame.pointee.hd.type) == NGHTTP2_GOAWAY.rawValue {
                HTTP2Client.at(own).goAway = frame.pointee.goaway.error_code
            }
            return 0
        }
    }

    private func begin(_ frame: nghttp2_frame) {
        let id = frame.hd.stream_id
        guard var response = responses[id] else {
            responses[id] = Response()
            return
        }
        if response.fields.first?[1].hasPrefix("1") ?? false {
            response.interim.append(response.fields)
            response.fields = []
        } else {
            response.isInTrailers = true
        }
        responses[id] = response
    }

    private func add(_ id: Int32, _ field: [String]) {
        if responses[id]?.isInTrailers ?? false {
            responses[id]?.trailers.append(field)
        } else {
            responses[id]?.fields.append(field)
        }
    }

    /// Sends a request without a body, or with the beginning of one that never ends.
    @discardableResult
    func request(_ fields: [(String, String)] = httpRequest(), ends: Bool = true) -> Int32 {
        // Copied by libnghttp2 before they are gone.
        let values = fields.map { name, value in
            nghttp2_nv(
                name: Self.copy(name),
                value: Self.copy(value),
                namelen: name.utf8.count,
                valuelen: value.utf8.count,
                flags: 0
            )
        }
        defer {
            for value in values {
                value.name.deallocate()
                value.value.deallocate()
            }
        }
        var provider = nghttp2_data_provider()
        provider.read_callback = { _, _, _, _, _, _, _ in Int(NGHTTP2_ERR_DEFERRED.rawValue) }
        return ends
            ? nghttp2_submit_request(session, nil, values, values.count, nil, nil)
            : nghttp2_submit_request(session, nil, values, values.count, &provider, nil)
    }

    private static func copy(_ text: String) -> UnsafeMutablePointer<UInt8> {
        let bytes = Array(text.utf8)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: byte) }
        return copy
    }

    /// Lets the server send more of a body.
    func openWindow(_ stream: Int32, _ count: Int32) { nghttp2_submit_window_update(session, 0, stream, count) }

    /// Gives up a request.
    func cancel(_ stream: Int32) { nghttp2_submit_rst_stream(session, 0, stream, NGHTTP2_CANCEL.rawValue) }

    func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        nghttp2_session_mem_recv(session, bytes.baseAddress, bytes.count) == bytes.count
    }

    func output() -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            var next: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &next)
            guard count > 0 else { return bytes }
            bytes += UnsafeBufferPointer(start: next, count: count)
        }
    }
}

/// A client and a session, and what happened in the session.
final class HTTP2Pair {
    let client: HTTP2Client
    let session: HTTP2Session
    private(set) var streams: [HTTP2Stream] = []
    private(set) var log: [String] = []
    /// What is to be done with an event.
    var handle: (HTTP2Event) -> Void = { _ in }
    private let output = OutputBytes(capacity: 4_096)

    init(_ limits: HTTP2Limits = HTTP2Limits(), window: UInt32 = 65_535) {
        client = HTTP2Client(window: window)
        session = HTTP2Session(limits)
        run()
    }

    /// Carries bytes until neither side has any.
    ///
    /// - Returns: Whether the client understood all of it.
    @discardableResult
    func run() -> Bool {
        while true {
            let bytes = client.output()
            bytes.withUnsafeBufferPointer { bytes in
                session.receive(bytes, at: 0)
                takeEvents()
            }
            session.pull(into: output, limit: 10_000)
            takeEvents()
            if bytes.isEmpty, output.count == 0 { return true }
            if !client.receive(output.bytes) { return false }
            output.drop(output.count)
        }
    }

    private func takeEvents() {
        while let event = session.nextEvent() {
            switch event {
            case .request(let stream):
                streams.append(stream)
                log.append("request \(stream.id)")
            case .maySend(let stream): log.append("maySend \(stream.id)")
            case .closed(let stream, let code): log.append("closed \(stream.id) \(code)")
            case .end(let stream): log.append("end \(stream.id)")
            case .failed(let code): log.append("failed \(code)")
            case .body, .refused: break
            }
            handle(event)
        }
    }
}

/// A response's head.
func httpResponse(_ status: Int, _ fields: [(String, String)] = []) -> Head {
    let head = Head()
    head.status = status
    for (name, value) in fields {
        let slice = head.append(name)
        head.fields.append(Field(id: FieldName.find(head.bytes(slice)), name: slice, value: head.append(value)))
    }
    return head
}
