import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// The page of the admin interface.
@Suite(.timeLimit(.minutes(1))) struct AdminPageTests {
    @Test func pageIsOneFileThatLoadsNothingFromElsewhere() async throws {
        try await withAdmin("routes: [{path: /*, respond: 200}]") { _, _, admin in
            let page = try admin.ask("GET /")
            #expect(page.status == "200" && page.field("content-type") == "text/html; charset=utf-8")
            let nonce = try #require(page.body.firstMatch(of: /script nonce="([a-z0-9]+)"/)?.output.1)
            let policy = try #require(page.field("content-security-policy"))
            #expect(policy.contains("script-src 'nonce-\(nonce)'") && policy.contains("default-src 'none'"))
            #expect(!page.body.contains("{{nonce}}"))
            let other = try admin.ask("GET /")
            #expect(!other.body.contains(nonce), "a nonce is for one answer")
            let names = page.body.replacing("http://www.w3.org/2000/svg", with: "")
            #expect(names.matches(of: /(?:https?:)?\/\/[a-z]|@import|url\(|src=/).isEmpty)
        }
    }

    /// What a script reads and nobody sends shows as a dash for ever.
    @Test func pageReadsWhatTheStateHas() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        let text = """
            upstream: "127.0.0.1:\(server.port)"
            gateways: {web: {host: a, routes: [{path: /*, upstream: default, cache: on}], objectives: {latency: 1s}}}
            """
        try await withAdmin(text) { edge, port, admin in
            _ = try get(port, "/")
            // Without a request nothing is attained.
            try await poll { edge.liveState.gateways?.first?.objectives.first?.requests == 1 }
            let page = try admin.ask("GET /").body
            let state = try admin.ask("GET /edge").body
            let read = page.matches(
                of: /\b(?:latest|cache|upstream|server|route|listener|gateway|objective)\.([a-zA-Z]+)/
            ).map(
                \.output.1
            )
            let ofTheLanguage = ["name", "requests", "map", "tls", "toFixed"]
            for member in Set(read.map(String.init)).subtracting(ofTheLanguage) {
                #expect(state.contains("\"\(member)\":") || member.hasPrefix("disk"), "\(member)")
            }
            #expect(read.count > 30)
        }
    }
}
