import Foundation
import Synchronization
import TestSupport

@testable import PandoEdge

/// Answers HTTP/1.1 requests over TLS, one connection after the other, on a thread of its own.
final class TestTLSServer: Sendable {
    /// What a connection agreed on.
    struct Seen: Sendable {
        var version = ""
        var cipher = ""
        var serverName: String?
        var applicationProtocol = ApplicationProtocol.http1
        var isResumed = false
        var failure: IOFailure?
        var isClosed = false
    }

    private let listener: LoopbackPort
    private let connections = Mutex<[Seen]>([])

    var port: Int { listener.number }
    /// The connections that ended.
    var seen: [Seen] { connections.withLock { $0 } }

    init(_ context: TLSContext) throws {
        listener = try LoopbackPort()
        let (socket, server) = (listener.socket, self)
        // Ends when the listening socket does.
        Thread.detachNewThread {
            while true {
                let descriptor = accept(socket, nil, nil)
                if descriptor < 0 { return }
                let seen = Self.serve(descriptor, context)
                server.connections.withLock { $0.append(seen) }
                close(descriptor)
            }
        }
    }

    /// Accepts nobody any more.
    func stop() { shutdown(listener.socket, Int32(SHUT_RDWR)) }

    private static func serve(_ descriptor: Int32, _ context: TLSContext) -> Seen {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let session = TLSSession(descriptor, context)
        var seen = Seen()
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let result = buffer.withUnsafeMutableBufferPointer { session.receive(into: $0) }
            if session.isEstablished, seen.version.isEmpty {
                seen.version = session.version
                seen.cipher = session.cipher
                seen.serverName = session.serverName
                seen.applicationProtocol = session.applicationProtocol
                seen.isResumed = session.isResumed
            }
            switch result {
            case .count(let count):
                request += String(decoding: buffer[..<count], as: UTF8.self)
                if request.hasSuffix("\r\n\r\n") {
                    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                    _ = Array(answer.utf8).withUnsafeBufferPointer { session.send($0) }
                    _ = session.finish()
                    request = ""
                }
            case .wouldBlock, .wantsWrite:
                var wanted = pollfd(fd: descriptor, events: Int16(result == .wouldBlock ? POLLIN : POLLOUT), revents: 0)
                if poll(&wanted, 1, 20_000) <= 0 { return seen }
            case .closed:
                seen.isClosed = true
                return seen
            case .failed(let failure):
                seen.failure = failure
                return seen
            }
        }
    }
}
