/// A request to the admin interface.
struct AdminRequest: Sendable {
    let method: Method
    /// As it was sent, without its query.
    let path: String
    /// What the client takes the interface's host for, with its port; empty where it does not say.
    let host: String
    let authorization: String?
    let accept: String?
    let contentType: String?
    /// The site whose page has sent it, in a browser.
    let origin: String?
    /// What a browser says of that: `same-origin`, `cross-site`, …
    let fetchSite: String?
    let body: [UInt8]

    init(_ head: Head, body: [UInt8]) {
        method = head.method
        let target = head.text(head.target)
        path = String(target[..<(target.firstIndex(of: "?") ?? target.endIndex)])
        host = head.text(head.authority)
        authorization = head.first(.authorization).map { head.text($0) }
        accept = head.combined(.accept)
        contentType = head.first(.contentType).map { head.text($0) }
        origin = head.first(.origin).map { head.text($0) }
        fetchSite = head.first(named: "sec-fetch-site").map { head.text($0) }
        self.body = body
    }
}
