/// The page of the admin interface: one file of HTML with its style and script in it, under a policy that lets nothing else run or load.
enum AdminPage {
    /// What stands in the file for the nonce of an answer.
    private static let placeholder = "{{nonce}}"
    private static let text = String(decoding: PackageResources.edge_html, as: UTF8.self)

    /// The page with a nonce of its own (CSP level 3, section 2.3.1: unguessable and new for each answer). It shows nothing by itself,
    /// but asks for ``EdgeState``, with the token that it is given.
    static func answer() -> AdminAnswer {
        let nonce = [UInt64.random(in: .min ... .max), .random(in: .min ... .max)].map { String($0, radix: 36) }
            .joined()
        var answer = AdminAnswer.text(text.replacing(placeholder, with: nonce), "text/html; charset=utf-8")
        let policy = [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'", "connect-src 'self'",
            "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ]
        answer.fields = [
            ("Content-Security-Policy", policy.joined(separator: "; ")), ("Referrer-Policy", "no-referrer"),
        ]
        return answer
    }
}
