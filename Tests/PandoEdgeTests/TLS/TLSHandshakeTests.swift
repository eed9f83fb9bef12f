import Foundation
import Testing

@testable import PandoEdge

@Suite struct TLSHandshakeTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    @Test func bytesGoBothWaysAndLargeOnesInParts() throws {
        let pair = try TLSPair(authority.context(), authority.client())
        pair.shake()
        #expect(pair.server.isEstablished && pair.client.isEstablished)
        #expect(pair.server.version == "TLSv1.3")
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(pair.exchange(pair.client, pair.server, bytes) == bytes)
        #expect(pair.exchange(pair.server, pair.client, bytes) == bytes)
    }

    @Test func writingToAFullSocketSaysSoAndGoesOnWithMoreBytes() throws {
        let pair = try TLSPair(authority.context(), authority.client())
        pair.shake()
        let block = [UInt8](repeating: 7, count: 100_000)
        var sent = 0
        var result = IOResult.wouldBlock
        repeat {
            result = block.withUnsafeBufferPointer { pair.server.send($0) }
            if case .count(let count) = result { sent += count }
        } while result != .wantsWrite
        #expect(sent > 0)
        var received = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while case .count(let count) = buffer.withUnsafeMutableBufferPointer({ pair.client.receive(into: $0) }) {
            received += count
        }
        // The same bytes at another place with more behind them: OpenSSL must not mind.
        let moved = block + block
        guard case .count(let more) = moved.withUnsafeBufferPointer({ pair.server.send($0) }) else {
            Issue.record("the socket has room again")
            return
        }
        while case .count(let count) = buffer.withUnsafeMutableBufferPointer({ pair.client.receive(into: $0) }) {
            received += count
        }
        #expect(received == sent + more)
    }

    @Test(arguments: [
        ("a.test", "a"), ("b.test", "b"), ("x.wild.test", "wild"), ("x.y.wild.test", "a"), ("own.wild.test", "own"),
        ("nobody.test", "a"), ("B.TEST", "b"),
    ])
    func certificateIsChosenByName(asked: String, expected: String) throws {
        let context = try authority.context { configuration in
            do {
                for (file, name) in [("b", "b.test"), ("wild", "*.wild.test"), ("own", "own.wild.test")] {
                    configuration.certificates.append(try authority.certificate(file, names: ["DNS:\(name)"]))
                }
            } catch { Issue.record(error) }
        }
        #expect(context.warnings.isEmpty)
        let pair = try TLSPair(context, authority.client { $0.trust = .anybody }, name: asked)
        pair.shake()
        #expect(pair.client.peer?.subject == "CN=\(expected)")
        #expect(pair.server.serverName == asked.lowercased())
    }

    @Test func applicationProtocolIsTheServersFirstThatTheClientHasToo() throws {
        let context = try authority.context()
        let both = try TLSPair(context, authority.client { $0.protocols = [.http1, .http2] })
        both.shake()
        #expect(both.server.applicationProtocol == .http2)
        let one = try TLSPair(context, authority.client())
        one.shake()
        #expect(one.server.applicationProtocol == .http1)
        let none = try TLSPair(context, authority.client { $0.protocols = [] })
        none.shake()
        #expect(none.server.isEstablished && none.server.applicationProtocol == .http1)
    }

    // RFC 7301 §3.2: the alert is no_application_protocol.
    @Test func noProtocolInCommonEndsTheHandshake() throws {
        let context = try authority.context { $0.protocols = [.http1] }
        let pair = try TLSPair(context, authority.client { $0.protocols = [.http2] })
        let results = pair.shake()
        #expect(results.server == .failed(.tls(.applicationProtocol)))
        #expect(results.client == .failed(.tls(.applicationProtocol)))
        #expect(context.counters.counts.failures == [.applicationProtocol: 1])
    }

    @Test func clientRefusesWhomItDoesNotTrust() throws {
        let other = try TestAuthority()
        let context = try authority.context()
        let pair = try TLSPair(context, other.client())
        let results = pair.shake()
        #expect(results.client == .failed(.tls(.untrusted)))
        #expect(results.server == .failed(.tls(.refusedByPeer)))
    }

    @Test func clientRefusesAnotherName() throws {
        let pair = try TLSPair(authority.context(), authority.client(), name: "b.test")
        #expect(pair.shake().client == .failed(.tls(.wrongName)))
    }

    @Test(arguments: [("127.0.0.1", true), ("127.0.0.2", false)])
    func clientComparesAddresses(address: String, isRight: Bool) throws {
        let pair = try TLSPair(authority.context(), authority.client(), name: address)
        #expect((pair.shake().client == .failed(.tls(.wrongName))) == !isRight)
        #expect(pair.client.isEstablished == isRight)
        #expect(pair.server.serverName == nil)
    }

    @Test func expiredCertificateIsAWarningHereAndRefusedThere() throws {
        let files = try authority.certificate("old", names: ["DNS:a.test"], days: -1)
        let context = try TLSContext(TLSContext.Configuration(certificates: [files]))
        #expect(context.warnings.map(\.kind) == [.expired])
        #expect(context.warnings.first?.file == files.certificate)
        let pair = try TLSPair(context, authority.client())
        #expect(pair.shake().client == .failed(.tls(.expired)))
    }
}
