import HTTPTypes
import Hummingbird
import Testing

@testable import Pando

@Suite struct CrossOriginProtectionTests {
    private let protection = CrossOriginProtection(allowedOrigins: ["https://admin.example.com"])

    struct Case: Sendable, CustomStringConvertible {
        var method = HTTPRequest.Method.post
        var site: String?
        var origin: String?
        var bearer = false
        var allowed: Bool

        var description: String { "\(method) \(site ?? "-") \(origin ?? "-") bearer:\(bearer)" }
    }

    @Test(arguments: [
        Case(site: "same-origin", allowed: true),
        Case(site: "none", allowed: true),
        Case(site: "cross-site", allowed: false),
        Case(site: "same-site", allowed: false),
        Case(site: "nonsense", allowed: false),
        Case(method: .put, site: "cross-site", allowed: false),
        Case(method: .delete, site: "cross-site", allowed: false),
        Case(method: .patch, site: "cross-site", allowed: false),
        Case(method: .get, site: "cross-site", allowed: true),
        Case(method: .head, site: "cross-site", allowed: true),
        Case(method: .options, site: "cross-site", allowed: true),
        Case(site: "cross-site", bearer: true, allowed: true),
        Case(site: "cross-site", origin: "https://admin.example.com", allowed: true),
        Case(origin: "https://example.com:8443", allowed: true),
        Case(origin: "http://Example.com:8443", allowed: true),
        Case(origin: "https://example.com", allowed: false),
        Case(origin: "https://evil.com", allowed: false),
        Case(origin: "https://evil.com/example.com:8443", allowed: false),
        Case(origin: "null", allowed: false),
        Case(origin: "", allowed: false),
        Case(site: "same-origin", origin: "https://evil.com", allowed: true),
        Case(allowed: true),
    ]) func matrix(_ one: Case) throws {
        var fields = HTTPFields()
        fields[.secFetchSite] = one.site
        fields[.origin] = one.origin
        if one.bearer { fields[.authorization] = "Bearer abc" }
        let head = HTTPRequest(
            method: one.method,
            scheme: "https",
            authority: "example.com:8443",
            path: "/",
            headerFields: fields
        )
        if one.allowed {
            try protection.check(head)
        } else {
            #expect(throws: Problem(.crossSite)) { try protection.check(head) }
        }
    }
}
