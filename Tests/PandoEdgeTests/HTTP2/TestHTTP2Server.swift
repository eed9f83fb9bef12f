import Foundation
import Synchronization
import TestSupport

@testable import PandoEdge

/// Answers HTTP/2 over TLS, one connection after the other, on a thread of its own: `/N` with N bytes, and a body with its
/// length.
final class TestHTTP2Server: Sendable {
    private let listener: LoopbackPort
    private let finished = Mutex<[HTTP2ErrorCode?]>([])

    var port: Int { listener.number }
    /// What ended each connection.
    var ends: [HTTP2ErrorCode?] { finished.withLock { $0 } }

    init(_ context: TLSContext) throws {
        listener = try LoopbackPort()
        let (socket, server) = (listener.socket, self)
        // Ends when the listening socket does.
        Thread.detachNewThread {
            while true {
                let descriptor = accept(socket, nil, nil)
                if descriptor < 0 { return }
                let connection = TestHTTP2Connection(descriptor, context)
                connection.run()
                server.finished.withLock { $0.append(connection.session.failure) }
                close(descriptor)
            }
        }
    }

    /// Accepts nobody any more.
    func stop() { shutdown(listener.socket, Int32(SHUT_RDWR)) }
}

/// A connection of ``TestHTTP2Server``, as a worker would drive it.
private final class TestHTTP2Connection {
    let session = HTTP2Session()
    private let tls: TLSSession
    private let output = OutputBytes(capacity: 16_384)
    private let head = Head()
    private var received: [Int32: Int] = [:]
    /// Bodies that wait for room.
    private var waiting: [Int32: Int] = [:]
    private let block = [UInt8](repeating: UInt8(ascii: "x"), count: 16_384)

    init(_ descriptor: Int32, _ context: TLSContext) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        tls = TLSSession(descriptor, context)
    }

    func run() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            var result = buffer.withUnsafeMutableBufferPointer { buffer in
                let result = tls.receive(into: buffer)
                if case .count(let count) = result {
                    session.receive(UnsafeBufferPointer(rebasing: buffer[..<count]), at: 1)
                    takeEvents()
                }
                return result
            }
            if tls.isEstablished, let blocked = flush() { result = blocked }
            if session.isFinished { _ = tls.finish() }
            switch result {
            case .count: continue
            case .wouldBlock, .wantsWrite:
                let events = result == .wouldBlock ? POLLIN : POLLOUT
                var wanted = pollfd(fd: tls.descriptor, events: Int16(events), revents: 0)
                if session.isFinished || poll(&wanted, 1, 20_000) <= 0 { return }
            case .closed, .failed: return
            }
        }
    }

    /// Sends what there is; gives what stands in the way.
    private func flush() -> IOResult? {
        while true {
            session.pull(into: output)
            takeEvents()
            if output.count == 0 { return nil }
            switch tls.send(output.bytes) {
            case .count(let count): output.drop(count)
            case let blocked: return blocked
            }
        }
    }

    private func takeEvents() {
        while let event = session.nextEvent() {
            switch event {
            case .request: break
            case .body(let stream, let bytes):
                received[stream.id, default: 0] += bytes.count
                session.consume(bytes.count, of: stream)
            case .end(let stream): answer(stream)
            case .maySend(let stream): fill(stream)
            case .closed(let stream, _):
                received[stream.id] = nil
                waiting[stream.id] = nil
            case .refused, .failed: break
            }
        }
    }

    private func answer(_ stream: HTTP2Stream) {
        let length = received[stream.id].map { _ in 0 } ?? Int(stream.head.text(stream.head.target).dropFirst()) ?? 2
        head.reset()
        head.status = 200
        if let count = received[stream.id] { head.add(name: "x-received", String(count)) }
        head.add(.contentLength, String(length))
        session.respond(head, on: stream, ends: length == 0)
        waiting[stream.id] = length
        if length > 0 { fill(stream) }
    }

    private func fill(_ stream: HTTP2Stream) {
        while let left = waiting[stream.id] {
            let sent = block.withUnsafeBufferPointer { bytes in
                session.send(UnsafeBufferPointer(rebasing: bytes[..<min(left, bytes.count)]), on: stream)
            }
            if sent == 0 { return }
            waiting[stream.id] = left == sent ? nil : left - sent
            if left == sent { session.end(stream) }
        }
    }
}
