import Foundation
import Hummingbird
import NIOCore
import PandoTelemetry
import Synchronization
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct AdmissionServerTests {
    /// Lets requests in one after the other, when told.
    private final class Turnstile: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation
        let entered: AsyncStream<Void>
        private let enteredContinuation: AsyncStream<Void>.Continuation

        init() {
            (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(100))
            (entered, enteredContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(100))
        }

        func pass() async {
            enteredContinuation.yield()
            for await _ in stream { break }
        }

        func open() { continuation.yield() }
        func waitUntilEntered() async { for await _ in entered { break } }
    }

    private func configuration(limit: Int) -> AdmissionLimit.Configuration {
        var configuration = AdmissionLimit.Configuration()
        configuration.minimum = limit
        configuration.initial = limit
        configuration.maximum = limit
        return configuration
    }

    @Test func excessGetsAFast503AndTheConnectionLives() async throws {
        var server = TestServer()
        let admission = AdmissionController(configuration(limit: 1), criticalPaths: ["/livez"])
        server.admission = admission
        let turnstile = Turnstile()
        try await server.run { router in
            router.get("slow") { _, _ in
                await turnstile.pass()
                return "done"
            }
            router.get("quick") { _, _ in "quick" }
            router.get("livez") { _, _ in "alive" }
        } _: { port in
            try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask {
                    try await RawClient.with(port: port) { conversation in
                        try await conversation.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
                        return try await conversation.read(until: "done")
                    }
                }
                await turnstile.waitUntilEntered()
                let answers = try await RawClient.with(port: port) { conversation in
                    try await conversation.send("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n")
                    _ = try await conversation.read(until: "overloaded")
                    try await conversation.send("HEAD /quick HTTP/1.1\r\nHost: h\r\n\r\n")
                    try await conversation.send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")
                    _ = try await conversation.read(until: "alive")
                    turnstile.open()
                    return conversation.received
                }
                #expect(answers.hasPrefix("HTTP/1.1 503 "))
                #expect(answers.contains("Retry-After: 1\r\n"))
                #expect(answers.components(separatedBy: "\"code\":\"overloaded\"").count == 2)
                #expect(answers.components(separatedBy: "HTTP/1.1 503").count == 3)
                #expect(try await group.next()?.hasPrefix("HTTP/1.1 200") == true)
            }
            // The permit came back.
            let after = try await RawClient.with(port: port) { conversation in
                try await conversation.send("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n")
                return try await conversation.read(until: "quick")
            }
            #expect(after.hasPrefix("HTTP/1.1 200"))
        }
        #expect(admission.state.inHand == 0)
        #expect(server.registry.exposition().contains("pando_http_shed_total{reason=\"concurrency\"} 2"))
    }

    @Test func clientThatLeavesGivesItsPermitBack() async throws {
        var server = TestServer()
        let admission = AdmissionController(configuration(limit: 1))
        server.admission = admission
        let turnstile = Turnstile()
        try await server.run { router in
            router.get("slow") { _, _ in
                await turnstile.pass()
                return "done"
            }
        } _: { port in
            try await RawClient.with(port: port) { conversation in
                try await conversation.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
                await turnstile.waitUntilEntered()
            }
            turnstile.open()
        }
        #expect(admission.state.inHand == 0)
    }
}
