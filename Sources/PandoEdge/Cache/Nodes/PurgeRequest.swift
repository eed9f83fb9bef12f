import CEpoll
import PandoTopology

#if canImport(Glibc)
    import Glibc
#endif

/// A request that tells another node of a purge. Blocks, two seconds for each step at most.
enum PurgeRequest {
    /// Sends it, and looks at the answer; false where the node did not do it.
    static func send(_ purge: CachePurge, to node: Address, as own: String, _ token: [UInt8]) -> Bool {
        guard
            let address = SocketAddress(host: node.host, port: node.port)
                ?? SocketAddress(resolving: node.host, port: node.port)
        else { return false }
        let descriptor = socket(Int32(address.family), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 else { return false }
        let head = """
            PURGE / HTTP/1.1\r
            Host: \(node)\r
            Authorization: Bearer \(String(decoding: token, as: UTF8.self))\r
            CDN-Loop: \(own)\r
            \(CachePurge.fieldName): \(purge.fieldValue)\r
            Connection: close\r
            Content-Length: 0\r
            \r

            """
        return write(Array(head.utf8), to: descriptor) && isAccepted(descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Glibc.send(descriptor, $0 + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
                    ?? -1
            }
            if result <= 0 { return false }
            sent += result
        }
        return true
    }

    /// Whether the status line says so: the rest of the answer is of no interest.
    private static func isAccepted(_ descriptor: Int32) -> Bool {
        var found: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while found.count < 12 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return false }
            found += buffer[..<count]
        }
        return found.starts(with: "HTTP/1.1 200".utf8)
    }
}
