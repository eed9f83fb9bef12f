import HTTPTypes
import Hummingbird

/// Refuses requests that change something and that a page of another site made a browser send.
///
/// The browser says so itself: `Sec-Fetch-Site` (Fetch Metadata), or `Origin` where that is missing. A request with
/// neither is not from a browser of this decade, and one with a bearer token carries what no other site knows; both pass.
/// No tokens in forms, no state. The rules are those of Go's `net/http.CrossOriginProtection`, made for the same end.
struct CrossOriginProtection: Sendable {
    /// Origins of other sites that may send such requests, such as `https://admin.example.com`.
    let allowedOrigins: Set<String>

    /// Checks a request.
    ///
    /// - Throws: ``Problem`` with code `cross-site`.
    func check(_ head: HTTPRequest) throws {
        if head.method.isSafe { return }
        if RequestSession.bearer(head.headerFields) != nil { return }
        let origin = head.headerFields[.origin]
        if let origin, allowedOrigins.contains(origin) { return }
        switch head.headerFields[.secFetchSite] {
        case "same-origin", "none": return
        case nil: break
        default: throw Problem(.crossSite)
        }
        guard let origin else { return }
        guard Self.host(of: origin) == head.authority?.lowercased() else { throw Problem(.crossSite) }
    }

    /// `host[:port]` of an origin; nil for `null` and nonsense. The scheme is left out: behind TLS offload the service
    /// may see another one than the browser.
    private static func host(of origin: String) -> String? {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, parts[0] == "https:" || parts[0] == "http:" else { return nil }
        return parts[2].lowercased()
    }
}
