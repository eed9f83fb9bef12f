import Foundation
import PandoTopology

#if canImport(Glibc)
    import Glibc
#endif

/// Calls the admin interface of an edge that runs, for the command line.
package struct AdminCaller: Sendable {
    /// What an edge answered.
    package struct Reply: Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    /// Why there is no answer.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let endpoint: EdgeConfiguration.Endpoint
    private let token: String?

    /// More of an answer is not read.
    private static let maximumBytes = 64 << 20
    private static let patienceSeconds = 60

    /// - Parameter token: What it bears; nil for nothing.
    package init(_ endpoint: EdgeConfiguration.Endpoint, token: String?) {
        self.endpoint = endpoint
        self.token = token
    }

    /// Calls the interface that a configuration has; nil where it has none.
    package init?(_ configuration: EdgeConfiguration) {
        guard let admin = configuration.admin else { return nil }
        self.init(admin.endpoint, token: admin.token?.value().map { String(decoding: $0, as: UTF8.self) })
    }

    /// Asks, with a body of JSON for a change. Blocks on a thread of its own.
    package func call(_ method: String, _ path: String, _ body: [UInt8] = []) async throws(Failure) -> Reply {
        let result = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { () throws(Failure) in try callNow(method, path, body) })
            }
        }
        return try result.get()
    }

    private func callNow(_ method: String, _ path: String, _ body: [UInt8]) throws(Failure) -> Reply {
        let descriptor = try connect()
        defer { close(descriptor) }
        var limit = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if method == "POST" { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        let request = Array(head.utf8) + [0x0D, 0x0A] + body
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "the edge at \(endpoint) has gone away") }
            sent += count
        }
        return try readReply(descriptor)
    }

    /// The addresses of a name are tried in turn, and for every address of the machine its own.
    private func connect() throws(Failure) -> Int32 {
        var reason = "its host has no address"
        for address in addresses {
            let descriptor = socket(Int32(address.family), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { continue }
            if address.withPointer({ Glibc.connect(descriptor, $0, $1) }) == 0 { return descriptor }
            reason = SystemError(code: errno).description
            close(descriptor)
        }
        throw Failure(description: "no edge answers at \(endpoint): \(reason)")
    }

    private var addresses: [SocketAddress] {
        switch endpoint {
        case .unix(let path): return SocketAddress(host: path, port: 0).map { [$0] } ?? []
        case .tcp(let address):
            let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
            if let known = SocketAddress(host: host, port: address.port) { return [known] }
            return SocketAddress.all(resolving: host, port: address.port)
        }
    }

    private func readReply(_ descriptor: Int32) throws(Failure) -> Reply {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < Self.maximumBytes {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, bytes.isEmpty { throw Failure(description: "no answer: \(SystemError(code: errno))") }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        let head = Head()
        let end = bytes.withUnsafeBufferPointer { bytes -> Int? in
            // What is no answer of HTTP is not one of an edge.
            guard case .complete(let count) = try? HeadParser.response(bytes, into: head, limits: HeadLimits())
            else { return nil }
            return count
        }
        guard let end else { throw Failure(description: "what answers at \(endpoint) is no admin interface") }
        return Reply(status: head.status, body: Array(bytes[end...]))
    }
}

extension EdgeConfiguration.Endpoint {
    /// The address of an admin interface, as somebody types it: `9100`, `127.0.0.1:9100` or `unix:/run/edge.sock`.
    package init?(admin text: String) {
        if text.hasPrefix("unix:") {
            self = .unix(URL(fileURLWithPath: String(text.dropFirst(5))).path)
        } else if let port = Int(text), (1...65_535).contains(port) {
            self = .tcp(Address(host: "127.0.0.1", port: port))
        } else if let address = Address(text) {
            self = .tcp(address)
        } else {
            return nil
        }
    }
}
