import Foundation
import Synchronization
import TestSupport

/// Hands bytes on between the engine and a server, and breaks down where a test wants it to.
final class Relay: Sendable {
    enum Fault {
        /// The next COMMIT is lost on its way, with the connection.
        case loseCommit
        /// The answer to the next COMMIT is lost on its way, with the connection.
        case loseAnswerToCommit
        /// Answers do not arrive until this is over.
        case holdAnswers
        /// Answers do not arrive, and on the connections of this time they never will, as where a router forgets them.
        case forget
        /// Answers to a connection that has just logged in do not arrive, nor will they ever.
        case forgetAfterLogin
        /// Connections are broken, and those that are made are closed at once.
        case refuse
    }

    /// Both ends of one connection.
    private final class Pair: Sendable {
        let client: Int32
        let server: Int32
        let losesAnswers = Atomic(false)
        let isForgotten = Atomic(false)
        private let threads = Atomic(2)

        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }

        func cut() {
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }

        /// True for the last of its two threads, after which nobody uses the sockets.
        func isLeftByLast() -> Bool { threads.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
    }

    private struct State {
        var fault: Fault?
        var pairs: [ObjectIdentifier: Pair] = [:]
    }

    private let listener: LoopbackPort
    private let target: Int
    private let state = Mutex(State())

    /// Where to connect to.
    var port: Int { listener.number }

    /// Runs a relay to a port of 127.0.0.1.
    static func with<R>(to port: Int, _ body: (Relay) async throws -> R) async throws -> R {
        let relay = Relay(listener: try LoopbackPort(), target: port)
        Thread.detachNewThread { relay.accept() }
        defer {
            // Ends the thread that accepts, and the threads of all connections.
            shutdown(relay.listener.socket, Int32(SHUT_RDWR))
            relay.suffer(.refuse)
        }
        return try await body(relay)
    }

    private init(listener: LoopbackPort, target: Int) {
        self.listener = listener
        self.target = target
    }

    /// Begins to break down; nil for all is well again.
    func suffer(_ fault: Fault?) {
        state.withLock { $0.fault = fault }
        if fault == .refuse { cut() }
        if fault == .forget {
            for pair in state.withLock({ Array($0.pairs.values) }) {
                pair.isForgotten.store(true, ordering: .releasing)
            }
        }
    }

    /// Breaks all connections.
    func cut() {
        for pair in state.withLock({ Array($0.pairs.values) }) { pair.cut() }
    }

    // MARK: On threads

    private func accept() {
        while case let client = Foundation.accept(listener.socket, nil, nil), client >= 0 {
            let isRefused = state.withLock { $0.fault == .refuse }
            guard !isRefused, let server = connectToTarget() else {
                close(client)
                continue
            }
            let pair = Pair(client: client, server: server)
            state.withLock { state in
                state.pairs[ObjectIdentifier(pair)] = pair
                if state.fault == .forget { pair.isForgotten.store(true, ordering: .releasing) }
            }
            Thread.detachNewThread { self.pump(pair, from: client, to: server) { self.lets(requests: $0, on: pair) } }
            Thread.detachNewThread { self.pump(pair, from: server, to: client) { self.lets(answers: $0, on: pair) } }
        }
    }

    private func connectToTarget() -> Int32? {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(target).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if code == 0 { return server }
        close(server)
        return nil
    }

    /// Hands on what `lets` does not keep, until one end is closed.
    private func pump(_ pair: Pair, from source: Int32, to target: Int32, _ lets: ([UInt8]) -> Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(source, &buffer, buffer.count, 0), count > 0 {
            let bytes = Array(buffer[..<count])
            guard lets(bytes) else { continue }
            var sent = 0
            while sent < count {
                let code = bytes[sent...].withUnsafeBytes {
                    send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if code <= 0 { break }
                sent += code
            }
            if sent < count { break }
        }
        pair.cut()
        guard pair.isLeftByLast() else { return }
        state.withLock { $0.pairs[ObjectIdentifier(pair)] = nil }
        close(pair.client)
        close(pair.server)
    }

    private func lets(requests bytes: [UInt8], on pair: Pair) -> Bool {
        if state.withLock({ $0.fault == .forgetAfterLogin }), bytes.contains("pando_begin\0".utf8) {
            pair.isForgotten.store(true, ordering: .releasing)
        }
        // The name of the engine's prepared COMMIT, which is in the message that executes it.
        guard bytes.contains("pando_commit\0".utf8) else { return true }
        let fault = state.withLock { state -> Fault? in
            guard state.fault == .loseCommit || state.fault == .loseAnswerToCommit else { return nil }
            defer { state.fault = nil }
            return state.fault
        }
        if fault == .loseCommit { pair.cut() }
        if fault == .loseAnswerToCommit { pair.losesAnswers.store(true, ordering: .releasing) }
        return fault != .loseCommit
    }

    private func lets(answers bytes: [UInt8], on pair: Pair) -> Bool {
        while state.withLock({ $0.fault == .holdAnswers }) { usleep(5000) }
        if pair.isForgotten.load(ordering: .acquiring) { return false }
        guard pair.losesAnswers.load(ordering: .acquiring) else { return true }
        // The tag of a COMMIT that is done.
        if bytes.contains("COMMIT\0".utf8) { pair.cut() }
        return false
    }
}
