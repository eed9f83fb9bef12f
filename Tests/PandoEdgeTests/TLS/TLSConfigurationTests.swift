import Foundation
import Testing

@testable import PandoEdge

@Suite struct TLSConfigurationTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    private func refusal(_ files: TLSCertificateFiles) -> TLSConfigurationError? {
        do throws(TLSConfigurationError) {
            _ = try TLSContext(TLSContext.Configuration(certificates: [files]))
            return nil
        } catch {
            return error
        }
    }

    @Test func encryptedKeyIsRefusedByName() throws {
        var files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        try authority.openssl("pkey -in a.key -aes128 -passout pass:secret -out locked.key")
        files.key = authority.path("locked.key")
        let error = try #require(refusal(files))
        #expect(error.file == files.key)
        #expect(error.problem.contains("encrypted"))
    }

    @Test func keyOfAnotherCertificateIsRefusedByName() throws {
        var files = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        files.key = try authority.certificate("b", names: ["DNS:b.test"]).key
        let error = try #require(refusal(files))
        #expect(error.file == files.key)
        #expect(error.problem.contains(files.certificate))
    }

    @Test func missingAndForeignFilesAreRefusedByName() throws {
        let good = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        var files = good
        files.certificate = authority.path("nothing.pem")
        #expect(refusal(files)?.description.contains("nothing.pem: the file cannot be opened: No such file") == true)
        files.certificate = good.key
        #expect(refusal(files)?.problem == "there is no certificate in PEM form in it")
        files = good
        files.key = authority.root
        #expect(refusal(files)?.file == authority.root)
        files = good
        files.status = authority.root
        #expect(refusal(files)?.problem.hasPrefix("it holds no OCSP response in DER form") == true)
    }

    @Test func statusOfAnotherCertificateIsRefused() throws {
        var files = try authority.certificate("b", names: ["DNS:b.test"])
        _ = try authority.certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        files.status = try authority.status(of: "a")
        #expect(refusal(files)?.problem == "the status is of another certificate")
    }

    // RFC 6960 §4.2.2.1: clients refuse a status after its nextUpdate.
    @Test func statusIsStapledUntilItsNextUpdate() throws {
        var files = try authority.certificate("b", names: ["DNS:b.test"])
        files.status = try authority.status(of: "b", days: 7)
        let certificate = try TLSCertificate(files)
        let status = try #require(certificate.status)
        let now = Int64(time(nil))
        #expect(status.isFresh(now: now + 6 * 86_400))
        #expect(!status.isFresh(now: now + 8 * 86_400))
        #expect(certificate.warnings.isEmpty)
    }

    @Test func authorityThatIsNotThereIsRefusedByName() throws {
        #expect(throws: TLSConfigurationError.self) {
            try authority.context { $0.clientCertificates = .required(authorities: "/nowhere/ca.pem") }
        }
        #expect(throws: TLSConfigurationError.self) {
            try authority.client { $0.trust = .authorities(file: "/nowhere/ca.pem") }
        }
    }

    @Test func doubtfulCertificatesAreWarnings() throws {
        let soon = try authority.certificate("soon", names: ["DNS:soon.test"], days: 3)
        let again = try authority.certificate("again", names: ["DNS:soon.test"])
        let nameless = try authority.certificate("nameless", names: [])
        let context = try TLSContext(TLSContext.Configuration(certificates: [soon, again, nameless]))
        #expect(context.warnings.map(\.kind) == [.expiresSoon, .noNames, .sameName])
        #expect(context.warnings.map(\.file) == [soon.certificate, nameless.certificate, again.certificate])
    }
}
