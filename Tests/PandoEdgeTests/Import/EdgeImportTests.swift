import Foundation
import Testing

@testable import PandoEdge

@Suite struct EdgeImportTests {
    let files: EdgeFiles

    init() throws {
        files = try EdgeFiles()
        // HAProxy keeps the certificate and its key in one file.
        let key = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
        try files.write("a.pem", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n\(key)", mode: 0o600)
    }

    private func imported(_ text: String, _ file: String) throws -> EdgeImport {
        try EdgeImport(text.replacing("FILES", with: files.folder), file: file)
    }

    @Test(arguments: ImportGoldens.all)
    func whatPeopleHaveIsTranslatedAndCanBeRun(_ golden: ImportGolden) throws {
        let result = try imported(golden.original, golden.file)
        let said = result.yaml + result.notes.map { "\($0)\n" }.joined()
        #expect(said.replacing(files.folder, with: "FILES") == golden.expected)
        let environment = ["EDGE_STICKY_SECRET": "0123456789abcdef"]
        _ = try EdgeConfiguration.decode(Array(result.yaml.utf8), file: "edge.yaml", environment: environment)
    }

    /// Whatever kept clients out of a place of nginx keeps them out, or is told of as lost.
    @Test(arguments: [
        (
            "location /lim { limit_except GET { deny all; } proxy_pass http://10.0.0.1; }",
            "{path: /lim/*, respond: 403}"
        ),
        (
            "location /api/ { if ($http_x_key != k) { return 403; } proxy_pass http://10.0.0.1; }",
            "{path: /api/*, respond: 403}"
        ),
        ("location /admin { deny all; }", "protection: location /admin: '/admin/*' takes whole segments"),
        ("location /old { return 410; }", "protection: location /old: '/old/*' takes whole segments"),
    ])
    func guardsOfNginxStay(_ location: String, _ expected: String) throws {
        let text = "events {} http { server { listen 80; \(location) location / { proxy_pass http://10.0.0.1; } } }"
        let result = try imported(text, "nginx.conf")
        #expect(result.yaml.contains(expected), "\(result.yaml)")
        _ = try EdgeConfiguration.decode(Array(result.yaml.utf8), file: "edge.yaml")
    }

    /// The same of HAProxy.
    @Test(arguments: [
        ("http-request deny unless { src 10.0.0.0/8 }", "{path: /*, respond: 403}"),
        (
            "acl office src 10.0.0.0/8\n http-request deny if { path_beg /admin/ } !office",
            "{path: /admin/*, respond: 403}"
        ),
        (
            "http-request deny if { path_beg /internal }",
            "protection: http-request deny if { path_beg /internal }: '/internal/*' takes"
        ),
    ])
    func guardsOfHAProxyStay(_ rule: String, _ expected: String) throws {
        let text =
            "frontend f\n mode http\n bind :80\n \(rule)\n use_backend a if { path_beg /a/ }\n default_backend a\nbackend a\n mode http\n server s 10.0.0.1:80\n"
        let result = try imported(text, "haproxy.cfg")
        #expect(result.yaml.contains(expected), "\(result.yaml)")
        // A stronger route does not let in again who was kept out of all.
        if expected.contains("/*, respond: 403}"), expected.contains("path: /*") {
            #expect(!result.yaml.contains("upstream:"), "\(result.yaml)")
        }
        _ = try EdgeConfiguration.decode(Array(result.yaml.utf8), file: "edge.yaml")
    }

    @Test(arguments: ["allow 10.0.0.0/8; deny all;", "auth_basic x;", "auth_request /auth;", "internal;"])
    func aPlaceWhoseGuardIsLostIsShut(_ guarding: String) throws {
        let text = "server { listen 80; location /admin/ { \(guarding) proxy_pass http://127.0.0.1:3000; } }"
        let result = try imported(text, "site")
        let edge = try files.read(result.yaml).configuration
        let route = try #require(edge.routes.first { $0.path.description == "/admin/*" })
        #expect(route.action == .respond(.init(status: 403)))
        #expect(result.notes.contains { $0.kind == .protection })
        #expect(result.yaml.contains("KEPT PEOPLE OUT"))
    }

    @Test func guardsOfTheServerHoldForItsLocations() throws {
        let result = try imported(
            "server { listen 80; deny 10.0.0.1; location / { proxy_pass http://127.0.0.1:3000; } }",
            "site"
        )
        #expect(try files.read(result.yaml).configuration.routes.map(\.action) == [.respond(.init(status: 403))])
    }

    @Test func aServerForInsidersIsNotPutBesideThePublicOne() throws {
        let text = """
            server { listen 80; location / { proxy_pass http://127.0.0.1:1; } }
            server { listen 127.0.0.1:8081; location /secret { proxy_pass http://127.0.0.1:2; } }
            """
        let result = try imported(text, "site")
        #expect(!result.yaml.contains("secret"))
        #expect(result.notes.contains { $0.line == 2 && $0.kind == .untranslated })
    }

    @Test func theFirstRuleOfHAProxyWinsEvenAgainstAStrongerRoute() throws {
        let text = """
            defaults
              mode http
            frontend web
              bind :80
              http-request deny if { path_beg /admin/ }
              use_backend b if { hdr(host) a.example }
            backend b
              server s 127.0.0.1:1
            """
        let result = try imported(text, "haproxy.cfg")
        let edge = try files.read(result.yaml).configuration
        let route = try #require(edge.routes.first { $0.hosts == ["a.example"] && $0.path.description == "/admin/*" })
        #expect(route.action == .respond(.init(status: 403)))
    }

    @Test(arguments: [
        ("http {\n  server {\n", "site:2:1: error: the block that begins here is not closed"),
        ("server { listen 80; }\n}", "site:2:1: error: a '}' closes nothing"),
        ("server {\n  listen 80\n}", "site:2:1: error: 'listen' has no ';' at its end"),
        ("a \"b\n;", "site:1:1: error: the quote that begins here is not closed"),
        ("frontend x\n  acl a path 'b\n", "site:2:1: error: a quote of this line is not closed"),
        ("frontend\n  bind :80\n", "site:1:1: error: a frontend needs a name"),
    ])
    func whatCannotBeTakenApartIsSaidWithItsLine(_ text: String, _ expected: String) throws {
        let error = try #require(throws: EdgeConfigurationError.self) { try imported(text, "site") }
        #expect(error.description.hasPrefix(expected))
    }

    @Test func filesThatAreIncludedAreReadAndNamed() throws {
        try files.write("nginx.conf", "http { include sites/*.conf; include none/*; }")
        try FileManager.default.createDirectory(atPath: files.folder + "/sites", withIntermediateDirectories: true)
        try files.write("sites/a.conf", "server {\n listen 80;\n location ~ x$ { return 1; }\n}")
        let result = try EdgeImport(path: files.folder + "/nginx.conf")
        #expect(result.notes.map { "\($0.file):\($0.line)" }.contains(files.folder + "/sites/a.conf:3"))
        try files.write("loop.conf", "include loop.conf;")
        #expect(throws: EdgeConfigurationError.self) { try EdgeImport(path: files.folder + "/loop.conf") }
        try files.write("missing.conf", "include gone.conf;")
        #expect(throws: EdgeConfigurationError.self) { try EdgeImport(path: files.folder + "/missing.conf") }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func damagedFilesEndInAFileThatCanBeReadOrInAnError(_ seed: UInt64) throws {
        var random = ImportRandom(state: seed)
        let originals = ImportGoldens.all.map(\.original)
        for _ in 0..<60 {
            var bytes = Array(originals[Int(random.next() % UInt64(originals.count))].utf8)
            for _ in 0...(random.next() % 6) { random.damage(&bytes) }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let result = try? EdgeImport(text, file: "x") else { continue }
            // What is missing or impossible may be complained about; the text itself is always a file of an edge.
            do throws(EdgeConfigurationError) {
                _ = try files.read(result.yaml)
            } catch {
                let isSyntax = error.issues.contains { $0.problem.contains("YAML") || $0.problem.contains("not a key") }
                #expect(!isSyntax, "seed \(seed): \(error)\n\(text)")
            }
        }
    }
}

/// A generator that gives the same numbers for the same seed.
private struct ImportRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    /// Takes away, changes or doubles a piece.
    mutating func damage(_ bytes: inout [UInt8]) {
        guard bytes.count > 8 else { return }
        let start = Int(next() % UInt64(bytes.count - 4))
        let end = min(start + Int(next() % 30), bytes.count)
        switch next() % 4 {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes[start] = UInt8(next() % 256)
        case 2: bytes.insert(contentsOf: bytes[start..<end], at: Int(next() % UInt64(bytes.count)))
        default: bytes.insert(Array("{};\"'\n#$\\ ".utf8)[Int(next() % 10)], at: start)
        }
    }
}
