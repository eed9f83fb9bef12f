import CoreMetrics
import Foundation
import Hummingbird
import Pando
import PandoCache
import PandoDatabase
import PandoMessaging
import PandoTelemetry
import Synchronization
import Tracing

/// Numbers that were entered, and what came of each: an effect in the database, one that is delayed, and a line in a file.
struct Journal: Domain {
    static let name = "journal"

    func register(_ domain: inout DomainBuilder) throws {
        let database = domain.database
        domain.migrations { JournalTables.first }
        let notebook = Notebook(path: domain.configuration.dataFolder + "/notebook")
        try domain.consume(Entered.self, as: "effects") { message, tx in
            try await JournalTables.count(message.number, in: "effects", tx)
        }
        try domain.consume(EnteredLater.self, as: "late-effects") { message, tx in
            try await JournalTables.count(message.number, in: "late_effects", tx)
        }
        // The tests wait for what is tried again, also where the failure itself could not be noted.
        var soon = ConsumerConfiguration()
        soon.lease = .seconds(2)
        soon.retry = RetryPolicy(
            maximumAttempts: 1000,
            initialDelay: .milliseconds(50),
            maximumDelay: .milliseconds(500)
        )
        try domain.deliver(Entered.self, as: "notebook", configuration: soon) { delivery in
            try notebook.write(delivery.message.number)
        }
        try domain.schedule("tick", cron: "* * * * *") { tx in
            try await tx.execute("INSERT INTO ticks (id, at) VALUES (\(Identifier()), \(Instant.now))")
        }
        let stuck = StuckWrites()
        let metrics = domain.metrics
        domain.routes { router in
            router.post("login") { _, context in try await context.logIn("ada", cookie: false).text }
            router.get("me") { _, context in try context.requireSubject() }
            router.post("entries") { request, context in
                _ = try context.requireSubject()
                let new = try await request.decode(as: NewEntry.self, context: context)
                return EditedResponse(status: .created, response: try await new.enter(in: database))
            }
            router.get("entries") { _, _ in
                Listing(
                    items: try await database.read { try await $0.all("SELECT number FROM entries ORDER BY number") }
                )
            }
            router.get("state") { _, _ in try await JournalState.read(database, notebook, stuck) }
            router.get("metrics") { _, _ in metrics.exposition() }
            // As a library does that knows nothing of Pando.
            router.post("measured") { _, _ in
                Counter(label: "library.calls").increment()
                return withSpan("library.call") { span in "\(type(of: span))" }
            }
            router.post("stuck") { _, _ in try await stuck.write(to: database) }
        }
    }
}

/// What a client enters.
struct NewEntry: Codable {
    var number: Int
    /// When the later effect is due.
    var delaySeconds: Double?
    /// How much the entry weighs.
    var fillerBytes: Int?

    func enter(in database: Database) async throws -> Entry {
        let (number, delay) = (number, Duration.seconds(delaySeconds ?? 0))
        let filler = [UInt8](repeating: 7, count: min(max(0, fillerBytes ?? 0), 1 << 20))
        return try await database.write { tx in
            let entry = Entry(id: Identifier(), number: number)
            try await tx.execute("INSERT INTO entries (number, id, filler) VALUES (\(number), \(entry.id), \(filler))")
            try await tx.publish(Entered(number: number), key: "\(number % 4)")
            try await tx.publish(EnteredLater(number: number), after: delay)
            return entry
        }
    }
}

/// An entry that is durable.
struct Entry: ResponseCodable {
    let id: Identifier
    let number: Int
}

/// The numbers of all entries.
struct Listing: ResponseCodable {
    let items: [Int]
}

struct Entered: Message {
    static let topic = "entered"
    let number: Int
}

struct EnteredLater: Message {
    static let topic = "entered-later"
    let number: Int
}

/// Writes whose closures wait for what never comes.
final class StuckWrites: Sendable {
    private let running = Atomic(0)

    var count: Int { running.load(ordering: .acquiring) }

    /// Holds the writer's turn for a minute, or until the transaction's limit ends it.
    func write(to database: Database) async throws -> String {
        try await database.write { tx in
            try await tx.execute("INSERT INTO entries (number, id, filler) VALUES (-1, \(Identifier()), \([UInt8]()))")
            self.running.add(1, ordering: .acquiringAndReleasing)
            defer { self.running.subtract(1, ordering: .acquiringAndReleasing) }
            try await Task.sleep(for: .seconds(60))
        }
        return "written"
    }
}

/// Effects outside the database: numbers in a file, one a line.
final class Notebook: Sendable {
    private let path: String
    private let turn = Mutex(())

    init(path: String) { self.path = path }

    func write(_ number: Int) throws {
        try turn.withLock { _ in
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }  // what matters is whether the write succeeded
            try file.seekToEnd()
            // A line begins with its own break, so that one that was cut short spoils no other.
            try file.write(contentsOf: Data("\n\(number);".utf8))
        }
    }

    /// The numbers whose lines are whole.
    func numbers() -> [Int] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""  // nothing is written yet
        return text.split(separator: "\n").filter { $0.hasSuffix(";") }.compactMap { Int($0.dropLast()) }
    }
}
