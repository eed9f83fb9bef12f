import Foundation
import TestSupport
import Testing

@testable import PandoDatabase

extension PostgresTests {
    /// Who is let in, by what, and what is said to those who are not.
    @Suite struct AccessTests {
        private func refusal(_ server: PostgresServer) async -> DatabaseError? {
            await databaseError { try await Database.open(Database.Configuration(postgres: server)).close() }
        }

        @Test(.timeLimit(.minutes(1))) func passwordLetsInAndShowsInNoMessage() async throws {
            var server = try TestServer.running().addressByTCP
            #expect(await refusal(server) == nil)
            server.password = "wrong-secret"
            let wrong = try #require(await refusal(server))
            #expect(wrong.code == .accessDenied)
            #expect(!wrong.description.contains("wrong-secret"))
            server.password = nil
            #expect(await refusal(server)?.code == .accessDenied)
            server.user = "stranger"
            server.password = "wrong-secret"
            #expect(await refusal(server)?.code == .accessDenied)
            #expect(await refusal(server)?.description.contains("wrong-secret") == false)
        }

        @Test(.timeLimit(.minutes(1))) func unknownUserAndDatabaseAreNamed() async throws {
            var server = try TestServer.running().address
            server.user = "stranger"
            let user = await refusal(server)
            #expect(user?.code == .accessDenied)
            #expect(user?.message.contains("role \"stranger\" does not exist") == true)
            server.user = "pando"
            server.database = "nowhere"
            let database = await refusal(server)
            #expect(database?.code == .unavailable)
            #expect(database?.message.contains("database \"nowhere\" does not exist") == true)
        }

        @Test(.timeLimit(.minutes(1))) func serverThatIsNotThereIsUnavailable() async throws {
            var server = try TestServer.running().addressByTCP
            server.connectTimeout = .seconds(2)
            do {
                // Takes connections and says nothing.
                let silent = try LoopbackPort()
                server.port = silent.number
                let error = await refusal(server)
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("timeout expired") == true)
                withExtendedLifetime(silent) {}
            }
            let refused = await refusal(server)
            #expect(refused?.code == .unavailable)
            #expect(refused?.message.contains("Connection refused") == true)
            #expect(refused?.message.contains("127.0.0.1:\(server.port)") == true)
        }

        @Test(.timeLimit(.minutes(1))) func certificatesAreVerified() async throws {
            let test = try TestServer.running()
            let certificates = try await Certificates.make(in: "\(test.folder)/certificates")
            try await Self.encrypt(test, with: certificates)
            var server = try test.addressByTCP
            (server.tls, server.host, server.rootCertificate) = (.verifyFull, "localhost", certificates.root)
            try await test.withDatabase {
                $0.server = server
            } _: { database in
                let isEncrypted = try await database.read { tx in
                    try await tx.system.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: Bool.self)
                }
                #expect(isEncrypted == true)
            }

            var other = server
            other.rootCertificate = certificates.otherRoot
            #expect(await refusal(other)?.message.contains("certificate verify failed") == true)
            // Nor does the system know the authority.
            other.rootCertificate = nil
            #expect(await refusal(other)?.code == .accessDenied)
            other = server
            other.host = "127.0.0.1"
            let misnamed = await refusal(other)
            #expect(misnamed?.code == .accessDenied)
            #expect(misnamed?.message.contains("does not match host name \"127.0.0.1\"") == true)
            other.tls = .verifyCA
            #expect(await refusal(other) == nil)

            var keeper = server
            (keeper.user, keeper.password, keeper.schema) = ("keeper", nil, "keeper")
            #expect(await refusal(keeper)?.code == .accessDenied)
            keeper.clientCertificate = (certificates.certificate("client"), certificates.key("client"))
            let keepers = await refusal(keeper)
            #expect(keepers == nil, "\(String(describing: keepers))")
            var impostor = keeper
            impostor.user = "impostor"
            #expect(await refusal(impostor)?.code == .accessDenied)
        }

        /// Has the server encrypt what comes by TCP, and let two roles in by a certificate with their name.
        private static func encrypt(_ test: TestServer, with certificates: Certificates) async throws {
            let data = "\(test.folder)/data"
            let owner = try FileManager.default.attributesOfItem(atPath: data)[.ownerAccountID] as? Int
            for file in ["server.crt", "server.key", "root.crt"] {
                try FileManager.default.copyItem(atPath: "\(certificates.folder)/\(file)", toPath: "\(data)/\(file)")
                try FileManager.default.setAttributes(
                    [.ownerAccountID: try #require(owner), .posixPermissions: 0o600],
                    ofItemAtPath: "\(data)/\(file)"
                )
            }
            let rules = try String(contentsOfFile: "\(data)/pg_hba.conf", encoding: .utf8)
            try "hostssl all keeper,impostor all cert\n\(rules)"
                .write(toFile: "\(data)/pg_hba.conf", atomically: false, encoding: .utf8)
            for setting in [
                "ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'", "ssl_ca_file = 'root.crt'", "ssl = on",
            ] {
                _ = try await test.psql("ALTER SYSTEM SET \(setting)")
            }
            for role in ["keeper", "impostor"] {
                _ = try await test.psql("CREATE ROLE \(role) LOGIN; GRANT CREATE ON DATABASE pando TO \(role)")
            }
            _ = try await test.psql("SELECT pg_reload_conf()")
            try await eventually("encryption is on") { try await test.psql("SHOW ssl") == "on" }
        }
    }
}
