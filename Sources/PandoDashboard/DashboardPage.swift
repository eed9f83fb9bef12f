import HTTPTypes
import Hummingbird
import NIOCore

/// The page: one file of HTML, with its style and script in it, under a policy that lets nothing else run or load.
struct DashboardPage: Sendable {
    /// What stands in the file for the nonce of a response.
    private static let placeholder = "{{nonce}}"
    private let parts: [Substring]

    init() {
        let html = String(decoding: PackageResources.dashboard_html, as: UTF8.self)
        // The pieces between the placeholders, found once.
        var parts: [Substring] = []
        var rest = html[...]
        while let range = rest.firstRange(of: Self.placeholder) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        parts.append(rest)
        self.parts = parts
    }

    /// The page with a nonce of its own (CSP level 3, section 2.3.1: unguessable and new for each response).
    func response() -> Response {
        let nonce = [UInt64.random(in: .min ... .max), .random(in: .min ... .max)].map { String($0, radix: 36) }
            .joined()
        let policy = [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'", "connect-src 'self'",
            "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .cacheControl: "no-store",
                .contentSecurityPolicy: policy,
                .xContentTypeOptions: "nosniff",
                .referrerPolicy: "no-referrer",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: parts.joined(separator: nonce)))
        )
    }
}

extension HTTPField.Name {
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!  // a valid token
}
