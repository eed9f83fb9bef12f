import Foundation
import PandoDatabase
import TestSupport
import Testing

@testable import PandoCommands

/// What is said where the server of an address cannot be used: the place of the address, and what to look at.
@Suite struct AddressedServerTests {
    private func remedy(for words: String, authorities: String? = nil) -> String {
        var server = PostgresServer(host: "db.internal", port: 5433, database: "hotel", user: "hotel")
        server.rootCertificate = authorities
        let place = AddressedServer(server: server, variables: "HOTEL_DATABASE_", file: nil)
        return place.failure(DatabaseError(.unavailable, "no connection to hotel at db.internal:5433: \(words)")).remedy
    }

    /// The words are libpq's and the server's.
    @Test(arguments: [
        ("server does not support SSL, but SSL was required", "HOTEL_DATABASE_TLS=disable"),
        ("SSL error: certificate verify failed", "HOTEL_DATABASE_CA to a file with its authority's certificate"),
        (#"server certificate for "a" does not match host name "b""#, "HOTEL_DATABASE_TLS=verify-ca"),
        (#"root certificate file "/none" does not exist"#, "HOTEL_DATABASE_CA to a file of certificates"),
        (
            #"no pg_hba.conf entry for host "::1", user "a", database "b", no encryption"#,
            "leave HOTEL_DATABASE_TLS out"
        ),
        (#"no pg_hba.conf entry for host "::1", user "a", database "b", SSL encryption"#, "add a line for this user"),
        ("fe_sendauth: no password supplied", "set HOTEL_DATABASE_PASSWORD, or the file 'database-password'"),
        (#"password authentication failed for user "hotel""#, "(HOTEL_DATABASE_USER) and HOTEL_DATABASE_PASSWORD"),
        (#"FATAL: role "hotel" does not exist"#, "'hotel' (HOTEL_DATABASE_USER)"),
        (#"FATAL: database "hotel" does not exist"#, "'createdb hotel'), or name another one by HOTEL_DATABASE_NAME"),
        (#"could not translate host name "db.internal" to address"#, "'getent hosts db.internal'"),
        ("connection to server failed: Connection refused", "'pg_isready -h db.internal -p 5433'"),
        ("connection to server failed: timeout expired", "'pg_isready -h db.internal -p 5433'"),
    ])
    func remedyIsOfTheTrouble(_ words: String, _ expected: String) {
        #expect(remedy(for: words).contains(expected))
    }

    @Test func authoritiesThatWereNamedAreNamed() {
        let words = "SSL error: certificate verify failed"
        #expect(remedy(for: words).hasPrefix("its certificate is signed by none of the system's authorities: "))
        #expect(remedy(for: words, authorities: "/ca").hasPrefix("its certificate is signed by none of those in /ca: "))
    }

    @Test(.timeLimit(.minutes(1))) func addressIsNamedWithItsPlaceInTheFile() async throws {
        try await withTemporaryFolder { folder in
            // Taken, and closed again: nobody listens there.
            let port = try LoopbackPort().number
            let topology = folder + "/t.yaml"
            let text = """
                pando: 1
                engines:
                  database:
                    engine: postgres
                    address: "127.0.0.1:\(port)"

                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: topology))
            let recorder = Recorder()
            let arguments = ["migrate", "--topology", topology, "--data", folder + "/data"]
            let status = await CommandRunner.run(AppCommand<Ledger>.self, arguments, console: recorder.console())
            #expect(status == .failed)
            let place = "ledger: \(topology):5:14: engines.database.address: "
            let words = "no connection to ledger at 127.0.0.1:\(port): "
            #expect(recorder.notes.hasPrefix(place + words), "\(recorder.notes)")
            #expect(recorder.notes.contains("Connection refused"))
            #expect(recorder.notes.hasSuffix("'pg_isready -h 127.0.0.1 -p \(port)'\n"))
            #expect(recorder.notes.count(where: \.isNewline) == 1)
        }
    }
}
