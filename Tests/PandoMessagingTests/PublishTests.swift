import PandoDatabase
import PandoMessaging
import PandoTelemetry
import Testing

@testable import PandoMessaging

@Suite struct PublishTests {
    private struct Blob: Message {
        static let topic = "blob"
        var text = ""
    }

    private func database() async throws -> Database {
        let database = try await Database.open(.temporary())
        try await Messaging.migrate(database)
        return database
    }

    @Test func numbersAreTheLogsOwnAndThoseOfUndoneTransactionsAreNot() async throws {
        let database = try await database()
        try await withThrowingDiscardingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<25 {
                        try? await database.write { tx in
                            try await tx.publish(Blob(text: "\(task) \(number)"))
                            if number.isMultiple(of: 5) { throw CancellationError() }
                        }
                    }
                }
            }
        }
        let sequences = try await database.read { tx in
            try await tx.system.all("SELECT sequence FROM pando_messages ORDER BY sequence", as: Int64.self)
        }
        #expect(Set(sequences).count == 160)
        let engine = try await database.read { $0.engine }
        // Writers take turns there, so that statistics need not count.
        if engine == .sqlite { #expect(sequences == Array(1...160)) }
    }

    @Test func whatCannotBeCarriedIsRefused() async throws {
        let database = try await database()
        func code(_ body: @escaping @Sendable (Transaction) async throws -> Void) async -> MessagingError.Code? {
            let error = await #expect(throws: MessagingError.self) { try await database.write { try await body($0) } }
            return error?.code
        }
        let large = Blob(text: String(repeating: "x", count: 1 << 20))
        #expect(await code { try await $0.publish(large) } == .payloadTooLarge)
        #expect(#expect(throws: MessagingError.self) { try EncodedMessage(large) }?.code == .payloadTooLarge)
        #expect(await code { try await $0.publish(Blob(), key: String(repeating: "k", count: 513)) } == .invalidName)
        #expect(await code { try await $0.publish(Blob(), after: .seconds(-1)) } == .invalidDelay)
        #expect(await code { try await $0.publish(Blob(), after: .seconds(11 * 366 * 86_400)) } == .invalidDelay)
    }

    @Test func aMessageEncodedBeforeIsStoredAsOneEncodedNow() async throws {
        let database = try await database()
        let message = try EncodedMessage(Blob(text: "소식"))
        let ids = try await database.write { tx in
            [try await tx.publish(message, key: "k"), try await tx.publish(message, key: "k")]
        }
        try await database.write { tx in try await tx.publish(Blob(text: "소식"), key: "k") }
        let payloads = try await database.read { tx in
            try await tx.system.all("SELECT payload FROM pando_messages", as: [UInt8].self)
        }
        #expect(payloads.count == 3 && Set(payloads).count == 1)
        #expect(Set(ids).count == 2, "each publishing is a message of its own")
    }

    @Test func aDomainPublishesThroughItsOwnHandle() async throws {
        let database = try await database()
        let id = try await database.domain("orders").write { tx in try await tx.publish(Blob(), key: "k") }
        let stored: Identifier? = try await database.read { tx in
            try await tx.system.first("SELECT id FROM pando_messages")
        }
        #expect(stored == id)
    }

    @Test func headersAreStoredOnlyWhereTheTraceIsRecorded() async throws {
        let database = try await database()
        let traces = TraceStore()
        try await database.write { tx in try await tx.publish(Blob()) }
        let trace = try await traces.withRootSpan("request") { span in
            _ = try await database.write { tx in try await tx.publish(Blob()) }
            return span.traceID
        }
        let stored = try await database.read { tx in
            try await tx.system.all("SELECT headers FROM pando_messages ORDER BY sequence", as: String?.self)
        }
        #expect(stored[0] == nil)
        #expect(MessageHeaders(stored: stored[1])["traceparent"]?.contains("\(trace)") == true)
    }

    @Test func damagedHeadersCountAsNone() {
        #expect(MessageHeaders(stored: "{").values.isEmpty)
        #expect(MessageHeaders(stored: #"{"a":1}"#).values.isEmpty)
        #expect(MessageHeaders(stored: nil).stored == nil)
        let headers = MessageHeaders(["traceparent": "00-…", "b": "\"quoted\""])
        #expect(MessageHeaders(stored: headers.stored) == headers)
    }
}
