import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Who may see and change what.
@Suite(.timeLimit(.minutes(1))) struct AdminAccessTests {
    private static let routes = "routes: [{path: /*, respond: 200}]"

    @Test func withATokenOnlyHealthIsOpen() async throws {
        let files = try EdgeFiles()
        let token = String(repeating: "s", count: 32)
        let text = "admin: {address: \"127.0.0.1:0\", token: {file: \(files.folder)/secret}}\n\(Self.routes)"
        try await withEdge(text) { edge, _ in
            let admin = try AdminClient(edge)
            for path in ["/livez", "/readyz"] { #expect(try admin.ask("GET \(path)").status == "200") }
            for what in ["GET /edge", "GET /metrics", "POST /drain", "POST /resume", "POST /purge", "POST /reload"] {
                let answer = try admin.ask(what)
                #expect(answer.status == "401" && answer.field("www-authenticate")?.hasPrefix("Bearer") == true)
                for wrong in [token + "s", String(token.dropLast()), "", "Bearer"] {
                    let fields = "Authorization: Bearer \(wrong)\r\n"
                    #expect(try admin.ask(what, "", fields).status == "401")
                }
                #expect(try admin.ask(what, "", "Authorization: Basic \(token)\r\n").status == "401")
                #expect(try admin.ask(what, "", "Authorization: bearer \(token)\r\n").status != "401")
            }
            // Whatever name it is reached by.
            #expect(
                try admin.ask("GET /edge", "", "Authorization: Bearer \(token)\r\n", host: "edge.example").status
                    == "200"
            )
        }
    }

    @Test func pagesOfOtherSitesAreKeptOut() async throws {
        try await withAdmin(Self.routes) { edge, _, admin in
            for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:9100", ""] {
                let answer = try admin.ask("GET /edge", host: host)
                #expect(answer.status.hasPrefix("4"), "\(host)")
            }
            for host in ["localhost", "127.0.0.1:\(admin.port)", "[::1]:9100", "LOCALHOST:1"] {
                #expect(try admin.ask("GET /edge", host: host).status == "200", "\(host)")
            }
            let body = #"{"server": "x"}"#
            #expect(try admin.ask("POST /drain", body, "Origin: https://evil.example\r\n").status == "403")
            #expect(try admin.ask("POST /drain", body, "Origin: null\r\n").status == "403")
            #expect(try admin.ask("POST /drain", body, "Sec-Fetch-Site: cross-site\r\n").status == "403")
            #expect(try admin.ask("POST /drain", body, "Origin: http://127.0.0.1\r\n").status == "404")
            #expect(try admin.ask("POST /drain", body, "Sec-Fetch-Site: same-origin\r\n").status == "404")
            #expect(edge.generation == 1)
        }
    }

    @Test func withoutATokenOnlyThisMachineMayBeListenedAt() throws {
        for endpoint in ["9100", "127.0.0.1:9100", "\"[::1]:9100\"", "localhost:9100", "unix:/run/edge.sock"] {
            #expect(throws: Never.self) { try decoded("listen: 80\n\(Self.routes)\nadmin: \(endpoint)\n") }
        }
        for endpoint in ["\"0.0.0.0:9100\"", "\"[::]:9100\"", "10.0.0.1:9100", "edge.example:9100"] {
            #expect(throws: EdgeConfigurationError.self) {
                try decoded("listen: 80\n\(Self.routes)\nadmin: \(endpoint)\n")
            }
        }
    }

    @Test func aSocketsFileIsForItsUserAndGoesAtTheEnd() async throws {
        let files = try EdgeFiles()
        let path = files.folder + "/admin.sock"
        try await withEdge("admin: \"unix:\(path)\"\n\(Self.routes)") { edge, _ in
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(edge.adminAddress?.host == path)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aReloadMovesItAndChangesItsToken() async throws {
        let files = try EdgeFiles()
        let text = "listen: \"127.0.0.1:0\"\nworkers: 1\ndrainTimeout: 0s\naccessLog: off\n\(Self.routes)\n"
        let edge = try Edge(try decoded(text + "admin: \"127.0.0.1:0\"\n"))
        let admin = try AdminClient(edge)
        #expect(try admin.ask("GET /edge").status == "200")
        try edge.reload(
            try decoded(text + "admin: {address: \"127.0.0.1:0\", token: {file: \(files.folder)/secret}}\n")
        )
        #expect(try AdminClient(edge).port == admin.port)
        #expect(try admin.ask("GET /edge").status == "401")
        let free = try LoopbackPort().number
        try edge.reload(try decoded(text + "admin: \(free)\n"))
        #expect(throws: (any Error).self) { try admin.ask("GET /livez") }
        #expect(try AdminClient(edge).port == free)
        #expect(try AdminClient(edge).ask("GET /edge").status == "200")
        try edge.reload(try decoded(text))
        #expect(edge.adminAddress == nil)
        await edge.stop()
    }
}
