import Foundation

@testable import PandoEdge

/// A client and a server on the two ends of a pair of sockets, driven in turn.
final class TLSPair {
    let client: TLSSession
    let server: TLSSession
    private var isOpen = [true, true]

    init(_ server: TLSContext, _ client: TLSClientContext, name: String = "a.test", key: String? = nil) throws {
        let (one, other) = try Self.sockets()
        self.server = TLSSession(one, server)
        self.client = TLSSession(other, client, name: name, server: key)
    }

    deinit {
        closeClient()
        closeServer()
    }

    /// Two connected sockets that do not wait.
    static func sockets() throws -> (Int32, Int32) {
        var pair: [Int32] = [0, 0]
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw POSIXError(.EMFILE) }
        for one in pair { _ = fcntl(one, F_SETFL, O_NONBLOCK) }
        return (pair[0], pair[1])
    }

    func closeClient() { close(0, client.descriptor) }

    func closeServer() { close(1, server.descriptor) }

    private func close(_ side: Int, _ descriptor: Int32) {
        if isOpen[side] { Foundation.close(descriptor) }
        isOpen[side] = false
    }

    /// Drives the handshake until both are done, or one failed; what the client gets of tickets it has afterwards.
    ///
    /// - Returns: What came of the client's and the server's side.
    @discardableResult
    func shake() -> (client: IOResult, server: IOResult) {
        var results = (client: IOResult.wouldBlock, server: IOResult.wouldBlock)
        for _ in 0..<20 {
            results.client = client.handshake()
            results.server = server.handshake()
            if case .failed = results.client, case .failed = results.server { break }
        }
        if client.isEstablished, server.isEstablished {
            // TLS 1.3 lets a client believe in itself before the server looked at its certificate.
            let (byte, answer) = (exchange(client, server, [1]), exchange(server, client, [2]))
            if byte != [1] || answer != [2] { results.client = client.failure.map { .failed($0) } ?? .closed }
        }
        return results
    }

    /// Sends bytes from one side to the other, all of them.
    func exchange(_ from: TLSSession, _ to: TLSSession, _ bytes: [UInt8]) -> [UInt8] {
        var (sent, received) = (0, [UInt8]())
        var buffer = [UInt8](repeating: 0, count: 5_000)
        var idle = 0
        while received.count < bytes.count, idle < 10 {
            idle += 1
            if sent < bytes.count, case .count(let count) = bytes[sent...].withUnsafeBufferPointer({ from.send($0) }) {
                sent += count
                idle = 0
            }
            while case .count(let count) = buffer.withUnsafeMutableBufferPointer({ to.receive(into: $0) }) {
                received += buffer[..<count]
                idle = 0
            }
        }
        return received
    }

    /// What a side gets when it reads once.
    static func read(_ session: TLSSession) -> IOResult {
        var buffer = [UInt8](repeating: 0, count: 1_000)
        return buffer.withUnsafeMutableBufferPointer { session.receive(into: $0) }
    }
}
