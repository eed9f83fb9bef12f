import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// How keys are asked for at an https URL.
package struct KeyFetcher: Sendable {
    /// What is at a URL. Ends within a bounded time.
    package var fetch: @Sendable (_ url: String) async throws -> [UInt8]

    package init(_ fetch: @escaping @Sendable (_ url: String) async throws -> [UInt8]) { self.fetch = fetch }

    /// Over TLS, verified, without following anybody elsewhere.
    ///
    /// - Parameter roots: Who may sign the server's certificate, PEM; nil for those that the system trusts.
    package static func https(roots: String? = nil) -> KeyFetcher {
        KeyFetcher { url in
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.timeout = .init(connect: .seconds(5), read: .seconds(5))
            var tls = TLSConfiguration.makeClientConfiguration()
            if let roots { tls.trustRoots = .file(roots) }
            configuration.tlsConfiguration = tls
            // Keys are asked for so seldom that a client of their own costs nothing, and leaves nothing behind.
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            let result: Result<[UInt8], any Error>
            do {
                var request = HTTPClientRequest(url: url)
                request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
                let response = try await client.execute(request, timeout: .seconds(10))
                guard response.status == .ok else { throw KeySetFault("the answer is \(response.status.code)") }
                let body = try await response.body.collect(upTo: LocalFile.bytesLimit)
                result = .success(Array(body.readableBytesView))
            } catch {
                result = .failure(error)
            }
            try await client.shutdown()
            return try result.get()
        }
    }
}
