import Foundation
import PandoEdge
import Testing

/// Runs an edge of one worker with a configuration while `body` runs, and gives it the ports in the order of the listeners.
func withListeners(_ text: String, _ body: (Edge, [Int]) async throws -> Void) async throws {
    let log = text.contains("accessLog:") ? "" : "accessLog: off\n"
    let edge = try Edge(try decoded("workers: 1\ndrainTimeout: 0s\n\(log)\(text)\n"))
    let result: Result<Void, any Error>
    do {
        try await body(edge, edge.addresses.compactMap(\.port))
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await edge.stop()
    try result.get()
}

/// The configuration of a listener for bytes in front of servers.
func relayed(_ servers: [ScriptedServer], listener: String = "", upstream: String = "", _ more: String = "") -> String {
    let list = servers.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
    return """
        listeners: [{address: "127.0.0.1:0", protocol: tcp, upstream: a\(listener)}]
        upstreams: {a: {servers: [\(list)]\(upstream)}}
        \(more)
        """
}

extension ScriptedServer {
    /// A server that sends back what it gets, and ends when the client does.
    convenience init(repeating: Void) throws {
        try self.init { connection, _ in
            while true {
                let line = connection.readThrough("\n")
                connection.send(line)
                if connection.hasEnded { return }
            }
        }
    }
}

extension RawConnection {
    /// Says a line, and hears what comes back.
    func echo(_ line: String) -> String {
        send(line + "\n")
        return readThrough("\n")
    }
}
