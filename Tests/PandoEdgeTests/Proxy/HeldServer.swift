import Foundation
import Synchronization

/// A server that keeps each request until a test lets it go, and answers with its target.
final class HeldServer: Sendable {
    private let server: ScriptedServer
    private let state: State

    private final class State: Sendable {
        let seen = Mutex<[String]>([])
        let permits = DispatchSemaphore(value: 0)
    }

    var port: Int { server.port }
    var address: String { "\"127.0.0.1:\(server.port)\"" }
    /// What was asked for, in its order.
    var targets: [String] { state.seen.withLock { $0 } }

    init() throws {
        let state = State()
        self.state = state
        server = try ScriptedServer { connection, _ in
            while true {
                let head = connection.readHead()
                if head.isEmpty { return }
                let target = String(head.split(separator: " ")[1])
                state.seen.withLock { $0.append(target) }
                guard state.permits.wait(timeout: .now() + 20) == .success else { return }
                connection.send(response(target))
            }
        }
    }

    /// Lets so many requests be answered, those that have come and those that come.
    func letGo(_ count: Int = 1) {
        for _ in 0..<count { state.permits.signal() }
    }
}

extension RawConnection {
    /// Asks for a target, without waiting.
    func ask(_ target: String, _ fields: String = "") {
        send("GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    }

    /// The status of the next response, whose body of a known length is read too.
    func status() -> Int {
        let head = readHead()
        let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        _ = read(length.flatMap { Int($0.split(separator: " ")[1]) } ?? 0)
        return head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
