import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// A client of a service under test. It keeps cookies as a browser does, and follows no redirect.
///
/// ```swift
/// let mina = service.newClient()
/// try await mina.post("/api/session", json: credentials)  // sets a cookie
/// let answer = try await mina.get("/api/me")
/// ```
///
/// Where several copies of the service run, each request goes to another one than the request before: what is kept in one process
/// only fails the test. An answer may take 30 seconds and have 16 MB; what is more throws.
public final class ServiceClient: Sendable {
    private static let timeout = TimeAmount.seconds(30)
    private static let answerBytes = 16 << 20

    /// Where it sends requests, in turn.
    package let ports: [Int]
    private let http: HTTPClient
    private let turn: Atomic<Int>
    private let cookies = Mutex(CookieJar())

    init(ports: [Int], http: HTTPClient, first: Int = 0) {
        self.ports = ports
        self.http = http
        turn = Atomic(first)
    }

    /// Another client of the same service, without cookies.
    public func newClient() -> ServiceClient {
        ServiceClient(ports: ports, http: http, first: turn.load(ordering: .relaxed))
    }

    /// Another client without cookies, which asks at other ports: those of a proxy before the service.
    package func newClient(ports: [Int]) -> ServiceClient { ServiceClient(ports: ports, http: http) }

    /// Asks for a path, such as `/api/hotels?q=busan`.
    @discardableResult
    public func get(_ path: String, headers: [String: String] = [:]) async throws -> ServiceAnswer {
        try await send("GET", path, headers: headers)
    }

    /// Deletes what is at a path.
    @discardableResult
    public func delete(_ path: String, headers: [String: String] = [:]) async throws -> ServiceAnswer {
        try await send("DELETE", path, headers: headers)
    }

    /// Posts a value as JSON.
    @discardableResult
    public func post(_ path: String, json: some Encodable, headers: [String: String] = [:]) async throws
        -> ServiceAnswer
    {
        try await send("POST", path, headers: headers, json: json)
    }

    /// Posts a form as a browser does that shows a page of the service.
    @discardableResult
    public func post(_ path: String, form: [(String, String)], headers: [String: String] = [:]) async throws
        -> ServiceAnswer
    {
        let own = ["Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"]
        let body = form.map { "\(Self.encoded($0))=\(Self.encoded($1))" }.joined(separator: "&")
        return try await send("POST", path, headers: own.merging(headers) { $1 }, body: Array(body.utf8))
    }

    /// Sends a value as JSON by any method.
    @discardableResult
    public func send(_ method: String, _ path: String, headers: [String: String] = [:], json: some Encodable)
        async throws -> ServiceAnswer
    {
        let headers = ["Content-Type": "application/json"].merging(headers) { $1 }
        return try await send(method, path, headers: headers, body: Array(JSONEncoder().encode(json)))
    }

    /// Sends any request.
    ///
    /// - Throws: ``TestingError`` with code `invalidPath`; what the connection ended in. An answer of any status is not an error.
    @discardableResult
    public func send(_ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil)
        async throws -> ServiceAnswer
    {
        guard path.hasPrefix("/") else {
            throw TestingError(.invalidPath, "the path '\(path)' does not begin with '/'")
        }
        let port = ports[turn.add(1, ordering: .relaxed).oldValue % ports.count]
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = HTTPMethod(rawValue: method)
        request.headers = HTTPHeaders(headers.map { ($0, $1) })
        if let cookie = cookies.withLock(\.header), headers["Cookie"] == nil {
            request.headers.add(name: "Cookie", value: cookie)
        }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await http.execute(request, timeout: Self.timeout)
        let bytes = try await response.body.collect(upTo: Self.answerBytes)
        let set = response.headers["Set-Cookie"]
        cookies.withLock { jar in for field in set { jar.take(field) } }
        return ServiceAnswer(
            status: Int(response.status.code),
            headers: response.headers.map { ($0.name, $0.value) },
            body: Array(buffer: bytes)
        )
    }

    private static func encoded(_ text: String) -> String {
        // Percent-encoding to ASCII succeeds for every string.
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// RFC 3986, section 2.3.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}
