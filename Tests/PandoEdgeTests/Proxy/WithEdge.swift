import PandoEdge
import Testing

/// Runs an edge in front of servers while `body` runs, on a port of its own.
///
/// - Parameter more: Further lines of its configuration.
func withEdge(_ servers: [ScriptedServer], _ more: String = "", _ body: (Int) async throws -> Void) async throws {
    let upstream = servers.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
    try await withEdge("upstream: [\(upstream)]\n\(more)") { edge, port in
        defer { withExtendedLifetime(servers) {} }
        try await body(port)
    }
}

/// Runs an edge with a configuration, which listens on a port of its own.
func withEdge(_ configuration: String, _ body: (Edge, Int) async throws -> Void) async throws {
    try await withEdge(configuration, { _ in }, body)
}

/// Runs an edge with a configuration, which listens on a port of its own.
///
/// - Parameter change: Changes what the text cannot say of this listener.
func withEdge(
    _ configuration: String,
    _ change: (inout EdgeConfiguration) -> Void,
    _ body: (Edge, Int) async throws -> Void
) async throws {
    let log = configuration.contains("accessLog:") ? "" : "accessLog: off\n"
    let text = "listen: \"127.0.0.1:0\"\nworkers: 1\ndrainTimeout: 0s\n\(log)\(configuration)\n"
    var decoded = try decoded(text)
    change(&decoded)
    let edge = try Edge(decoded)
    let result: Result<Void, any Error>
    do {
        try await body(edge, try #require(edge.addresses.first?.port))
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await edge.stop()
    try result.get()
}

func decoded(_ text: String) throws -> EdgeConfiguration {
    try EdgeConfiguration.decode(Array(text.utf8), file: "edge.yaml").configuration
}
