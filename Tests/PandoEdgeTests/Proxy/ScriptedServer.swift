import Foundation
import Synchronization
import TestSupport

/// A server that does with each connection what a test says, good or bad, on a thread of its own.
final class ScriptedServer: Sendable {
    private let listener: LoopbackPort
    private let count = Counter()

    var port: Int { listener.number }
    /// Connections so far.
    var connections: Int { count.value }

    /// - Parameter script: Is given a connection and its number, from 0.
    init(_ script: @escaping @Sendable (RawConnection, Int) -> Void) throws {
        listener = try LoopbackPort()
        let socket = listener.socket
        let count = count
        Thread.detachNewThread {
            while true {
                let accepted = accept(socket, nil, nil)
                guard accepted >= 0 else { return }
                let number = count.next()
                Thread.detachNewThread { script(RawConnection(owning: accepted), number) }
            }
        }
    }

    /// A server that answers every request with the same bytes, and keeps its connections.
    convenience init(answering response: String) throws {
        try self.init { connection, _ in
            while !connection.readHead().isEmpty { connection.send(response) }
        }
    }

    /// Closes the listener: further connections are refused.
    func stop() { shutdown(listener.socket, Int32(SHUT_RDWR)) }
}

func response(_ body: String, _ fields: String = "") -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}
