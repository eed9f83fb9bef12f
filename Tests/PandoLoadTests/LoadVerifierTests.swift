import Foundation
import PandoLoad
import Synchronization
import Testing

/// A service that keeps writes by idempotency key.
private final class Store: Sendable {
    let writes = Mutex<[String: Int]>([:])

    /// Carries the write out once, whatever is answered.
    func put(_ key: String) -> Int {
        writes.withLock { writes in
            writes[key] = writes[key] ?? writes.count + 1
            return writes[key] ?? 0
        }
    }
}

extension RunTests {
    @Suite struct LoadVerifierTests {
        private static let scenario = LoadScenario(name: "book") { client in
            let key = client.makeKey()
            try await client.write("reservation", key: key, detail: "owner") { client in
                try await client.post("/", as: "book", headers: [LoadHeader("Idempotency-Key", key)], accepting: [409])
            } acknowledged: { response in
                response.status == 201 ? response.text : nil
            }
        }

        private static func run(
            _ server: TestServer,
            _ verifier: LoadVerifier,
            count: Int = 200
        ) async throws -> LoadReport {
            var configuration = LoadRun.Configuration(
                target: try server.target,
                work: .scenarios([scenario]),
                arrivals: .constant(ratePerSecond: 1000)
            )
            configuration.maxArrivals = count
            configuration.verifier = verifier
            return try await LoadRun(configuration).run()
        }

        private static func key(_ request: TestServer.Request) -> String { request.header("idempotency-key") ?? "" }

        @Test(.timeLimit(.minutes(1))) func unknownWritesAreSettledByTheirKeys() async throws {
            let store = Store()
            let body: TestServer.Body = { request in
                let key = Self.key(request)
                if request.number % 10 == 1 { return .answer(status: 409) }  // refused, and not there
                let identifier = store.put(key)
                if request.number % 10 == 2 { return .reset }  // carried out, not answered
                if request.number % 10 == 3 { return .answer(status: 500) }  // carried out, and who knows
                return .answer(status: 201, body: "\(identifier)")
            }
            try await TestServer.with(body) { server in
                let verifier = LoadVerifier { evidence in
                    let stored = store.writes.withLock { $0 }
                    let answer = try await evidence.client.get("/check")
                    #expect(answer.status == 201)
                    return evidence.acknowledged.filter { stored[$0.key].map { "\($0)" } != $0.identifier }.map {
                        LoadViolation(rule: "an acknowledged write is there", found: $0.key)
                    }
                }
                let report = try await Self.run(server, verifier)
                let verification = try #require(report.verification)
                #expect(verification.unknown == 40)
                #expect(verification.settled == 40)
                #expect(verification.acknowledged + verification.refused == 200)
                #expect(verification.refused >= 20)
                #expect(verification.passed)
                #expect(report.passed)
                #expect(report.total.count == 200)  // what is sent to settle and to check is not counted
            }
        }

        @Test(.timeLimit(.minutes(1))) func aLostWriteFailsTheRun() async throws {
            let store = Store()
            let body: TestServer.Body = { request in
                if request.number == 7 { return .answer(status: 201, body: "lost") }
                return .answer(status: 201, body: "\(store.put(Self.key(request)))")
            }
            try await TestServer.with(body) { server in
                let verifier = LoadVerifier { evidence in
                    let stored = store.writes.withLock { $0 }
                    return evidence.acknowledged.filter { stored[$0.key] == nil }.map {
                        LoadViolation(rule: "an acknowledged write is there", found: $0.identifier)
                    }
                }
                let report = try await Self.run(server, verifier)
                #expect(
                    report.verification?.violations == [
                        LoadViolation(rule: "an acknowledged write is there", found: "lost")
                    ]
                )
                #expect(!report.passed)
                #expect(report.exitCode == 1)
                #expect(report.text.contains("violations found by the verification: 1"))
            }
        }

        @Test(.timeLimit(.minutes(1))) func whatStaysUnknownMakesItIncomplete() async throws {
            try await TestServer.with({
                $0.number == 3 || $0.number >= 20 ? .answer(status: 500) : .answer(status: 201)
            }) { server in
                var verifier = LoadVerifier { _ in [] }
                verifier.settleTimeout = .milliseconds(200)
                let report = try await Self.run(server, verifier, count: 20)
                #expect(report.verification?.unknown == 1)
                #expect(report.verification?.incomplete?.contains("1 writes have no known outcome") == true)
                #expect(!report.passed)
            }
        }

        @Test(.timeLimit(.minutes(1))) func aRepeatThatIsOnlyShedSettlesNothing() async throws {
            // The first answer is lost, the second is "not now": only the third tells.
            let body: TestServer.Body = {
                $0.number == 0 ? .reset : .answer(status: $0.number == 1 ? 503 : 201, body: "x")
            }
            try await TestServer.with(body) { server in
                let report = try await Self.run(server, LoadVerifier { _ in [] }, count: 1)
                #expect(report.verification?.acknowledged == 1)
                #expect(server.requests == 3)
            }
        }

        @Test(.timeLimit(.minutes(1))) func aServiceThatDoesNotKnowIsAskedAgain() async throws {
            let store = Store()
            let body: TestServer.Body = { request in
                let identifier = store.put(Self.key(request))
                guard request.number == 0 else { return .answer(status: 201, body: "\(identifier)") }
                return .answer(
                    status: 500,
                    headers: ["content-type": "application/problem+json"],
                    body: #"{"type":"/problems/outcome-unknown","status":500}"#
                )
            }
            try await TestServer.with(body) { server in
                let report = try await Self.run(server, LoadVerifier { _ in [] }, count: 1)
                #expect(report.verification?.unknown == 1)
                #expect(report.verification?.acknowledged == 1)
                #expect(report.verification?.refused == 0)
            }
        }

        @Test(.timeLimit(.minutes(1))) func aFullJournalSendsNoMore() async throws {
            var configuration = LoadJournal.Configuration()
            configuration.maxWrites = 10
            let journal = LoadJournal(configuration)
            try await TestServer.with({ _ in .answer(status: 201) }) { server in
                let report = try await Self.run(server, LoadVerifier(journal: journal) { _ in [] }, count: 30)
                #expect(server.requests == 10)
                #expect(report.scenarios[0].failed == 20)
                #expect(report.verification?.incomplete?.contains("20 writes did not fit in the journal") == true)
            }
        }

        @Test(.timeLimit(.minutes(1))) func aJournalThatCannotBeWrittenEndsTheRunBeforeItStarts() async throws {
            var configuration = LoadJournal.Configuration()
            configuration.path = "/nowhere/journal"
            let verifier = LoadVerifier(journal: LoadJournal(configuration)) { _ in [] }
            try await TestServer.with({ _ in .answer(status: 201) }) { server in
                await #expect { try await Self.run(server, verifier) } throws: {
                    "\($0)".contains("journal /nowhere/journal: cannot be written")
                }
                #expect(server.requests == 0)
            }
        }

        @Test(.timeLimit(.minutes(1))) func theJournalCanBeReadBackAlsoIfItsEndIsTorn() async throws {
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)")
                .path
            defer { try? FileManager.default.removeItem(atPath: path) }
            var configuration = LoadJournal.Configuration()
            configuration.path = path
            configuration.durable = true
            let journal = LoadJournal(configuration)
            try await TestServer.with({ .answer(status: $0.number == 2 ? 409 : 201, body: "id\($0.number)") }) {
                server in
                _ = try await Self.run(server, LoadVerifier(journal: journal) { _ in [] }, count: 5)
            }
            #expect(try LoadJournal.read(path: path) == journal.writes)
            #expect(
                journal.writes.map(\.outcome) == [.acknowledged, .acknowledged, .refused, .acknowledged, .acknowledged]
            )
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try (text + #"{"kind":"re"#).write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try LoadJournal.read(path: path).count == 5)
            try (#"{"kind":"re"# + "\n" + text).write(toFile: path, atomically: true, encoding: .utf8)
            #expect { try LoadJournal.read(path: path) } throws: { "\($0)".contains("\(path):1: not a write") }
        }
    }
}
