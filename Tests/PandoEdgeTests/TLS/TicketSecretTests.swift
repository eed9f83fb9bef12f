import Foundation
import Testing

@testable import PandoEdge

/// Ticket keys that several edges make of one secret.
@Suite struct TicketSecretTests {
    private static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    private let made = TicketSecret(secret, rotation: .seconds(3_600))

    @Test func keysOfOneTimeAreTheSameEverywhereAndOthersAreNot() {
        let other = TicketSecret(Self.secret, rotation: .seconds(3_600))
        #expect(made.keys(in: 7) == other.keys(in: 7))
        #expect(Set(made.keys(in: 7).map(\.bytes)).count == 3)
        #expect(made.keys(in: 7)[0] != TicketSecret(Self.secret, rotation: .seconds(7_200)).keys(in: 7)[0])
        #expect(made.keys(in: 7)[0] != TicketSecret(Self.secret + [1], rotation: .seconds(3_600)).keys(in: 7)[0])
    }

    @Test func keyOpensInItsOwnPeriodAndTheOnesBeside() {
        #expect(made.period(at: 7_199) == 1)
        #expect(made.period(at: 7_200) == 2)
        let sealed = made.keys(in: 5)[0]
        for period in 4...6 { #expect(made.keys(in: period).contains(sealed)) }
        for period in [3, 7] { #expect(!made.keys(in: period).contains(sealed)) }
    }

    /// HKDF-SHA256 without salt, computed by `openssl kdf -keylen 80 -kdfopt digest:SHA256 -kdfopt key:… -kdfopt info:… HKDF`.
    @Test func keyIsThatOfRFC5869() throws {
        let info = "pando edge session tickets, 3600 s, period 7"
        let command =
            "openssl kdf -keylen 80 -kdfopt digest:SHA256 -kdfopt key:0123456789abcdef0123456789abcdef -kdfopt"
        let words = command.split(separator: " ").map(String.init) + ["info:\(info)", "HKDF"]
        let output = try ChildProcess.run(words).output.trimmingCharacters(in: .whitespacesAndNewlines)
        let key = made.keys(in: 7)[0].bytes.map { octet in
            (octet < 16 ? "0" : "") + String(octet, radix: 16).uppercased()
        }
        #expect(output == key.joined(separator: ":"))
    }
}

/// Session tickets of a running edge, with `openssl s_client`.
@Suite(.timeLimit(.minutes(1))) struct EdgeTicketTests {
    /// Connects twice, the second time with the session of the first; whether that was taken.
    private static func resumes(_ one: SecureEdge, _ other: SecureEdge, _ version: String) throws -> Bool {
        let session = one.authority.path("session-\(UUID().uuidString)")
        func connect(_ edge: SecureEdge, _ option: String) throws -> String {
            let command =
                "openssl s_client -connect 127.0.0.1:\(edge.port) -servername a.test \(version) \(option) \(session) -ign_eof"
            let request = ChildProcess.Input.text("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
            return try ChildProcess.run(command.split(separator: " ").map(String.init), input: request).output
        }
        #expect(try connect(one, "-sess_out").contains("New, TLSv1"))
        guard FileManager.default.fileExists(atPath: session) else { return false }
        return try connect(other, "-sess_in").contains("Reused, TLSv1")
    }

    private static func server() throws -> ScriptedServer { try ScriptedServer(answering: response("a")) }

    @Test(arguments: ["-tls1_2", "-tls1_3"]) func edgesWithOneSecretResumeEachOthersSessions(version: String)
        async throws
    {
        let files = try EdgeFiles()
        let tickets = "tickets: {secret: {file: \(files.folder)/secret}}"
        try await SecureEdge.with([Self.server()], tickets) { one async throws in
            try await SecureEdge.with([Self.server()], tickets) { other async throws in
                #expect(try Self.resumes(one, other, version))
            }
            try await SecureEdge.with([Self.server()]) { stranger async throws in
                #expect(try !Self.resumes(one, stranger, version))
            }
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"]) func withoutTicketsNothingIsResumed(version: String) async throws {
        try await SecureEdge.with([Self.server()], "tickets: off") { edge async throws in
            #expect(try !Self.resumes(edge, edge, version))
        }
    }
}
