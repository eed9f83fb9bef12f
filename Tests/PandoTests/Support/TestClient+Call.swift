import HTTPTypes
import HummingbirdTesting
import NIOCore

extension TestClient {
    /// Connects to a port of this machine, runs `body` and closes.
    static func with(port: Int, _ body: @escaping @Sendable (TestClient) async throws -> Void) async throws {
        try await withClient(host: "127.0.0.1", port: port, operation: body)
    }

    /// One request as a well-behaved client sends it.
    func call(
        _ path: String,
        _ method: HTTPRequest.Method = .get,
        _ body: ByteBuffer? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestClient.Response {
        try await execute(
            TestClient.Request(path, method: method, authority: "localhost", headers: headers, body: body)
        )
    }
}
