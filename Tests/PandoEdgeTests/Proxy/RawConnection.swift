import Foundation

/// A blocking connection, for tests that say and hear single bytes. Nothing waits longer than ten seconds.
final class RawConnection {
    private let descriptor: Int32
    /// What was received and not yet taken.
    private var received: [UInt8] = []
    private(set) var hasEnded = false
    /// Whether the other side has reset the connection.
    private(set) var wasReset = false

    init(owning descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
    }

    /// Connects to a port of the loopback address.
    convenience init(port: Int) throws {
        self.init(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends all; stops where the other side is gone.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Has the connection reset, instead of ended in order, when it is let go of.
    func resetAtEnd() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    /// Resets the connection.
    func reset() {
        resetAtEnd()
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Resets the connection when the last one lets go of it.
    func abort() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    private func fill() -> Bool {
        guard !hasEnded else { return false }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            wasReset = count < 0 && errno == ECONNRESET
            hasEnded = count == 0 || wasReset
            return false
        }
        received += buffer[..<count]
        return true
    }

    /// The head of a message with its empty line; what came where it ended before.
    func readHead() -> String { readThrough("\r\n\r\n") }

    func readThrough(_ end: String) -> String {
        let end = Array(end.utf8)
        while true {
            if let place = find(end) { return text(take(place + end.count)) }
            if !fill() { return text(take(received.count)) }
        }
    }

    private func find(_ end: [UInt8]) -> Int? {
        received.withUnsafeBufferPointer { bytes in
            var place = 0
            while place + end.count <= bytes.count {
                if bytes[place] == end[0], (1..<end.count).allSatisfy({ bytes[place + $0] == end[$0] }) { return place }
                place += 1
            }
            return nil
        }
    }

    func read(_ count: Int) -> [UInt8] {
        while received.count < count, fill() {}
        return take(min(count, received.count))
    }

    /// All until the other side ends.
    func readToEnd() -> [UInt8] {
        while fill() {}
        return take(received.count)
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
