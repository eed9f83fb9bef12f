import Foundation
import Testing

@testable import PandoEdge

@Suite struct TLSClientCertificateTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    private func billing() throws -> TLSClientContext {
        let files = try authority.certificate("billing", names: [], subject: "/O=Example/CN=billing")
        return try authority.client { $0.certificate = files }
    }

    @Test func requiredCertificateTellsWhoTheClientIs() throws {
        let context = try authority.context { $0.clientCertificates = .required(authorities: authority.root) }
        let client = try billing()
        let expected = try authority.openssl("x509 -in billing.leaf -noout -fingerprint -sha256")
            .split(separator: "=")[1].filter(\.isHexDigit).lowercased()
        for isResumed in [false, true] {
            let pair = try TLSPair(context, client)
            pair.shake()
            #expect(pair.server.isResumed == isResumed)
            #expect(pair.server.peer?.subject == "CN=billing,O=Example")
            #expect(pair.server.peer?.fingerprint == expected)
        }
    }

    @Test func requiredCertificateThatIsMissingEndsTheHandshake() throws {
        let context = try authority.context { $0.clientCertificates = .required(authorities: authority.root) }
        let pair = try TLSPair(context, authority.client())
        let results = pair.shake()
        #expect(results.server == .failed(.tls(.noCertificate)))
        #expect(TLSPair.read(pair.client) == .failed(.tls(.refusedByPeer)))
    }

    @Test func optionalCertificateMayBeMissingButNotBeForeign() throws {
        let context = try authority.context { $0.clientCertificates = .optional(authorities: authority.root) }
        let without = try TLSPair(context, authority.client())
        without.shake()
        #expect(without.server.isEstablished && without.server.peer == nil)
        let stranger = try TestAuthority()
        let files = try stranger.certificate("stranger", names: [])
        let with = try TLSPair(context, authority.client { $0.certificate = files })
        #expect(with.shake().server == .failed(.tls(.untrusted)))
    }

    // Otherwise a client could come in without a certificate through the listener next door.
    @Test func ticketOfAListenerThatAsksNobodyIsNotTakenByOneThatAsks() throws {
        let keys = TicketKeys()
        let open = try authority.context { $0.ticketKeys = keys }
        let closed = try authority.context {
            $0.ticketKeys = keys
            $0.clientCertificates = .required(authorities: authority.root)
        }
        let client = try authority.client()
        try TLSPair(open, client).shake()
        let pair = try TLSPair(closed, client)
        pair.shake()
        #expect(!pair.server.isEstablished)
    }

    @Test func certificateIsNotAskedForByDefault() throws {
        let pair = try TLSPair(authority.context(), billing())
        pair.shake()
        #expect(pair.server.isEstablished && pair.server.peer == nil)
    }
}
