import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Where the edge listens, and what it says where it cannot.
@Suite(.timeLimit(.minutes(1))) struct ListeningTests {
    /// Whether this machine has an address of IPv6 of its own.
    private static let hasIPv6 =
        SocketAddress(host: "::1", port: 0).map { address in
            guard case .success(let descriptor) = Socket.listen(at: address) else { return false }
            Socket.end(descriptor)
            return true
        } ?? false

    private static func free() throws -> Int {
        let port = try LoopbackPort()
        return port.number
    }

    @Test(arguments: ["listen: PORT", "listeners: [{address: PORT}]"]) func portAloneTakesBothFamilies(text: String)
        async throws
    {
        let files = try EdgeFiles()
        let server = try ScriptedServer(answering: response("a"))
        let port = try Self.free()
        let more = "upstream: \"127.0.0.1:\(server.port)\"\naccessLog: {file: \(files.folder)/log}"
        try await withListeners(text.replacing("PORT", with: "\(port)") + "\n" + more) { edge, ports async throws in
            #expect(ports == [port])
            #expect(try get(port).status == "200")
            guard Self.hasIPv6 else { return }
            let output = try ChildProcess.run(["curl", "-sS", "http://[::1]:\(port)/"]).output
            #expect(output == "a")
        }
        // The mapped form of IPv4 is nobody's address.
        #expect(try files.lines("log").first?.text("client") == "127.0.0.1")
    }

    @Test func withoutIPv6ItIsIPv4Alone() throws {
        let any = try #require(SocketAddress(host: "::", port: 8_080))
        var asked: [String] = []
        let result = Socket.listen(at: any) { address in
            asked.append(address.description)
            return asked.count == 1 ? .failure(SystemError(code: EAFNOSUPPORT)) : .success(42)
        }
        #expect(try result.get() == 42)
        #expect(asked == ["[::]:8080", "0.0.0.0:8080"])
        let named = try #require(SocketAddress(host: "::1", port: 8_080))
        #expect(throws: SystemError.self) {
            try Socket.listen(at: named) { _ in .failure(SystemError(code: EAFNOSUPPORT)) }.get()
        }
    }

    @Test func portThatIsTakenIsNamed() async throws {
        let taken = try LoopbackPort()
        let text = "listen: [\"127.0.0.1:\(taken.number)\"]\nupstream: \"127.0.0.1:1\"\naccessLog: off\n"
        let error = #expect(throws: EdgeConfigurationError.self) { _ = try Edge(try decoded(text)) }
        let message = error?.description ?? ""
        #expect(message.contains("listeners[0]: cannot listen at 127.0.0.1:\(taken.number): Address already in use"))
        #expect(message.contains("end what listens there, or choose another"))
        withExtendedLifetime(taken) {}
    }
}
