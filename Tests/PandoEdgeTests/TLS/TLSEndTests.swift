import Foundation
import Testing

@testable import PandoEdge

@Suite struct TLSEndTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    // RFC 8446 §6.1.
    @Test func closeNotifyIsACleanEndAndBytesStillGoTheOtherWay() throws {
        let pair = try TLSPair(authority.context(), authority.client())
        pair.shake()
        #expect(pair.client.finish() == .closed)
        #expect(TLSPair.read(pair.server) == .closed)
        #expect(TLSPair.read(pair.server) == .closed)
        #expect(pair.exchange(pair.server, pair.client, [1, 2, 3]) == [1, 2, 3])
        #expect(pair.server.finish() == .closed)
        #expect(TLSPair.read(pair.client) == .closed)
    }

    @Test func endWithoutCloseNotifyIsTruncation() throws {
        let context = try authority.context()
        let pair = try TLSPair(context, authority.client())
        pair.shake()
        pair.closeClient()
        #expect(TLSPair.read(pair.server) == .failed(.tls(.truncated)))
        #expect(pair.server.failure == .tls(.truncated))
        #expect(context.counters.counts.failures == [.truncated: 1])
    }

    @Test func endDuringTheHandshakeIsCountedApart() throws {
        let context = try authority.context()
        let pair = try TLSPair(context, authority.client())
        _ = pair.client.handshake()
        _ = pair.server.handshake()
        pair.closeClient()
        #expect(TLSPair.read(pair.server) == .failed(.tls(.endedInHandshake)))
        #expect(context.counters.counts.failures == [.endedInHandshake: 1])
    }

    @Test func writingToAPeerThatIsGoneDoesNotEndTheProcess() throws {
        // Whatever the test's process does with the signal, by default it is fatal.
        let before = signal(SIGPIPE, SIG_DFL)
        defer { signal(SIGPIPE, before) }
        let pair = try TLSPair(authority.context(), authority.client())
        pair.shake()
        pair.closeClient()
        let result = [UInt8(1)].withUnsafeBufferPointer { pair.server.send($0) }
        #expect(result == .failed(.system(EPIPE)))
    }

    @Test func everyByteAloneIsEnough() throws {
        let context = try authority.context()
        let (serverEnd, serverWire) = try TLSPair.sockets()
        let (clientEnd, clientWire) = try TLSPair.sockets()
        defer { [serverEnd, serverWire, clientEnd, clientWire].forEach { close($0) } }
        let server = TLSSession(serverEnd, context)
        let client = TLSSession(clientEnd, try authority.client(), name: "a.test")
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 100)
        var isSent = false
        var byte: UInt8 = 0
        for _ in 0..<20_000 where received.count < 3 {
            _ = client.handshake()
            _ = server.handshake()
            if client.isEstablished, !isSent {
                isSent = [7, 8, 9].withUnsafeBufferPointer { client.send($0) } == .count(3)
            }
            if server.isEstablished,
                case .count(let count) = buffer.withUnsafeMutableBufferPointer({ server.receive(into: $0) })
            {
                received += buffer[..<count]
            }
            if read(clientWire, &byte, 1) == 1 { write(serverWire, &byte, 1) }
            if read(serverWire, &byte, 1) == 1 { write(clientWire, &byte, 1) }
        }
        #expect(received == [7, 8, 9])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", TLSFailure.plainHTTP), ("SSH-2.0-OpenSSH_9.2\r\n", .notTLS),
        ("\u{16}\u{3}\u{1}\u{0}\u{5}hello", .notTLS), (String(repeating: "\0", count: 300), .notTLS),
    ])
    func whatIsNoTLSIsToldApart(bytes: String, failure: TLSFailure) throws {
        let context = try authority.context()
        let (end, wire) = try TLSPair.sockets()
        defer { [end, wire].forEach { close($0) } }
        let server = TLSSession(end, context)
        write(wire, bytes, bytes.utf8.count)
        let result = TLSPair.read(server)
        #expect(result == .failed(.tls(failure)))
        var answer = [UInt8](repeating: 0, count: 1_000)
        let count = read(wire, &answer, answer.count)
        let text = String(decoding: answer[..<max(0, count)], as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n") == (failure == .plainHTTP))
        #expect(context.counters.counts.failures == [failure: 1])
    }

    @Test func brokenRecordEndsTheConnection() throws {
        let context = try authority.context()
        let pair = try TLSPair(context, authority.client())
        pair.shake()
        let record: [UInt8] = [23, 3, 3, 0, 20] + [UInt8](repeating: 9, count: 20)
        write(pair.client.descriptor, record, record.count)
        #expect(TLSPair.read(pair.server) == .failed(.tls(.protocolViolation)))
        #expect([1].withUnsafeBufferPointer { pair.server.send($0) } == .failed(.tls(.protocolViolation)))
        #expect(pair.server.finish() == .closed)
    }

    @Test func bytesOfSeveralRecordsAreReadAheadAndNotForgotten() throws {
        let pair = try TLSPair(authority.context(), authority.client())
        pair.shake()
        for byte in [UInt8(1), 2, 3] {
            #expect([byte].withUnsafeBufferPointer { pair.client.send($0) } == .count(1))
        }
        #expect(TLSPair.read(pair.server) == .count(1))
        #expect(pair.server.hasBufferedBytes)
        #expect(TLSPair.read(pair.server) == .count(1))
        #expect(TLSPair.read(pair.server) == .count(1))
        #expect(TLSPair.read(pair.server) == .wouldBlock)
        #expect(!pair.server.hasBufferedBytes)
    }
}
