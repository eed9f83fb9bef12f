import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Against the commands `openssl` and `curl`.
@Suite(.timeLimit(.minutes(1))) struct TLSRealPeerTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    /// Runs `openssl s_client` against a server with a context.
    private func connect(
        _ context: TLSContext,
        _ options: String,
        input: ChildProcess.Input = .text("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
    ) async throws -> (output: String, seen: TestTLSServer.Seen) {
        let server = try TestTLSServer(context)
        defer { server.stop() }
        let command = "openssl s_client -connect 127.0.0.1:\(server.port) -CAfile \(authority.root) \(options)"
        let ending = if case .text = input { " -ign_eof" } else { "" }
        let words = (command + ending).split(separator: " ").map(String.init)
        let result = try ChildProcess.run(words, input: input)
        try await eventually("the connection ended") { !server.seen.isEmpty }
        return (result.output, server.seen[0])
    }

    @Test(arguments: [
        ("-tls1_3", "TLSv1.3", "TLS_AES_"), ("-tls1_2", "TLSv1.2", "ECDHE-ECDSA-AES"),
        ("-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", "TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305"),
    ])
    func modernVersionsAndCiphersWork(options: String, version: String, cipher: String) async throws {
        let (output, seen) = try await connect(authority.context(), options)
        #expect(output.contains("HTTP/1.1 200 OK"))
        #expect(output.contains("Verify return code: 0 (ok)"))
        #expect(seen.version == version)
        #expect(seen.cipher.hasPrefix(cipher))
        #expect(output.contains("Compression: NONE"))
    }

    @Test(arguments: [
        ("-tls1_1 -cipher DEFAULT@SECLEVEL=0", TLSFailure.version),
        ("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", .cipher), ("-tls1_2 -cipher AES128-GCM-SHA256", .cipher),
        ("-tls1_3 -groups P-521", .cipher),
    ])
    func oldVersionsAndCiphersAreRefused(options: String, failure: TLSFailure) async throws {
        let context = try authority.context()
        let (output, seen) = try await connect(context, options)
        #expect(!output.contains("200 OK"))
        #expect(seen.failure == .tls(failure))
        #expect(context.counters.counts.failures == [failure: 1])
    }

    @Test func versionCanBeRaised() async throws {
        let context = try authority.context { $0.lowestVersion = .tls13 }
        #expect(try await connect(context, "-tls1_2").seen.failure == .tls(.version))
    }

    @Test func renegotiationIsRefused() async throws {
        let context = try authority.context()
        let (output, _) = try await connect(context, "-tls1_2", input: .commands("R\n"))
        #expect(output.contains("no renegotiation"))
        // The client gives up.
        #expect(context.counters.counts.failures == [.refusedByPeer: 1])
        #expect(context.counters.counts.completed <= 1)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func sessionIsResumedByTicket(version: String) async throws {
        let context = try authority.context()
        let file = authority.path("session\(version)")
        let first = try await connect(context, "\(version) -sess_out \(file)")
        #expect(first.output.contains("TLS session ticket:"))
        let second = try await connect(context, "\(version) -sess_in \(file)")
        #expect(!first.seen.isResumed && second.seen.isResumed)
        #expect(second.output.contains("Reused, TLSv1"))
        #expect(!second.output.contains("Max Early Data: 1"))
    }

    @Test func statusIsStapledWhereItIsAskedForAndFresh() async throws {
        var files = try authority.certificate("stapled", names: ["DNS:stapled.test"])
        files.status = try authority.status(of: "stapled")
        let fresh = try TLSContext(TLSContext.Configuration(certificates: [files]))
        #expect(fresh.warnings.isEmpty)
        let asked = try await connect(fresh, "-status")
        #expect(asked.output.contains("OCSP Response Status: successful"))
        #expect(asked.output.contains("Cert Status: good"))
        #expect(try await connect(fresh, "").output.contains("200 OK"))
    }

    @Test func statusOfTheNamedCertificateIsStapled() async throws {
        var files = try authority.certificate("second", names: ["DNS:second.test"])
        files.status = try authority.status(of: "second")
        let context = try authority.context { $0.certificates.append(files) }
        let named = try await connect(context, "-status -servername second.test")
        #expect(named.output.contains("Cert Status: good"))
        #expect(named.seen.serverName == "second.test")
        let first = try await connect(context, "-status")
        #expect(first.output.contains("OCSP response: no response sent"))
    }

    @Test func curlGetsAnAnswer() async throws {
        let server = try TestTLSServer(authority.context { $0.protocols = [.http1] })
        defer { server.stop() }
        let result = try ChildProcess.run([
            "curl", "-sS", "--cacert", authority.root, "--resolve", "a.test:\(server.port):127.0.0.1",
            "https://a.test:\(server.port)/",
        ])
        #expect(result.output == "ok")
        try await eventually("the connection ended") { !server.seen.isEmpty }
        #expect(server.seen[0].serverName == "a.test")
        #expect(server.seen[0].applicationProtocol == .http1)
    }

    @Test func plainHTTPOnTheTLSPortGetsAClearAnswer() async throws {
        let server = try TestTLSServer(authority.context())
        defer { server.stop() }
        let result = try ChildProcess.run(["curl", "-sS", "-w", "%{http_code}", "http://127.0.0.1:\(server.port)/"])
        #expect(result.output.contains("This port speaks HTTPS"))
        #expect(result.output.hasSuffix("400"))
    }

    @Test func clientTalksToAServerThatWantsItsCertificate() async throws {
        let files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        let own = try authority.certificate("billing", names: [], subject: "/O=Example/CN=billing")
        let port = try LoopbackPort().number
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", files.certificate, "-key", files.key,
            "-CAfile", authority.root, "-Verify", "2", "-verify_return_error", "-www", "-quiet",
        ]
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        defer {
            // It may have come with the gentler signals blocked.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        let context = try authority.client { $0.certificate = own }
        var answer = ""
        try await eventually("the server answers") {
            answer = try Self.fetch(port, context)
            return !answer.isEmpty
        }
        #expect(answer.hasPrefix("HTTP/1.0 200 ok"))
        #expect(answer.contains("CN = billing") || answer.contains("CN=billing"))
        // A full handshake and one that goes on with it.
        _ = try Self.fetch(port, context)
        #expect(context.counters.counts.resumed == 1)
    }

    /// Gets the page of a server; empty where nobody listens yet.
    private static func fetch(_ port: Int, _ context: TLSClientContext) throws -> String {
        let descriptor = try #require(connect(port))
        defer { close(descriptor) }
        if descriptor < 0 { return "" }
        let session = TLSSession(descriptor, context, name: "127.0.0.1")
        let request = Array("GET / HTTP/1.0\r\n\r\n".utf8)
        // The socket waits, so that neither call says that it would.
        guard request.withUnsafeBufferPointer({ session.send($0) }) == .count(request.count) else { return "" }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case .count(let count) = buffer.withUnsafeMutableBufferPointer({ session.receive(into: $0) }) {
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    private static func connect(_ port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return -1
    }
}
