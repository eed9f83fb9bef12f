@testable import PandoEdge

/// A session whose client is a test that writes and reads frames.
final class HTTP2Wire {
    let session: HTTP2Session
    /// What happened, in words.
    private(set) var log: [String] = []
    private(set) var streams: [HTTP2Stream] = []
    private(set) var received: [UInt8] = []
    private(set) var frames: [HTTP2Frame] = []
    var milliseconds: UInt64 = 1_000
    /// Whether bodies are consumed as they come.
    var isConsuming = true
    private let output = OutputBytes(capacity: 4_096)

    init(_ limits: HTTP2Limits = HTTP2Limits()) {
        session = HTTP2Session(limits)
        flush()
    }

    /// Gives bytes to the session, then takes events and output.
    func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            session.receive(bytes, at: milliseconds)
            takeEvents()
        }
        flush()
    }

    /// Takes what the session puts out.
    func flush() {
        session.pull(into: output, limit: 1 << 20)
        frames += HTTP2Frame.parse(Array(output.bytes))
        output.drop(output.count)
        takeEvents()
    }

    private func takeEvents() {
        while let event = session.nextEvent() { note(event) }
    }

    private func note(_ event: HTTP2Event) {
        switch event {
        case .request(let stream):
            let head = stream.head
            streams.append(stream)
            log.append("request \(stream.id) \(head.text(head.methodName)) \(head.text(head.target))")
        case .body(let stream, let bytes):
            received += bytes
            log.append("body \(stream.id)")
            if isConsuming { session.consume(bytes.count, of: stream) }
        case .end(let stream): log.append("end \(stream.id)")
        case .maySend(let stream): log.append("maySend \(stream.id)")
        case .closed(let stream, let code): log.append("closed \(stream.id) \(code)")
        case .refused(let error): log.append("refused \(error.status)")
        case .failed(let code): log.append("failed \(code)")
        }
    }

    /// Answers a request with a status and nothing else.
    func answer(_ stream: HTTP2Stream, _ status: Int = 200) {
        let head = Head()
        head.status = status
        session.respond(head, on: stream, ends: true)
        flush()
    }

    /// The code of the last GOAWAY; nil where none was sent.
    var goAway: HTTP2ErrorCode? {
        frames.last { $0.kind == .goAway }.map { HTTP2ErrorCode(wire: $0.code) }
    }

    /// The codes of the RST_STREAMs.
    var resets: [HTTP2ErrorCode] {
        frames.filter { $0.kind == .resetStream }.map { HTTP2ErrorCode(wire: $0.code) }
    }
}
