// Rates of the building blocks on one machine, each beside the processor time that it took in this process: durable writes by 64
// tasks, point reads, publishes, consumption, event appends, projections, cache hits. Prints a table; takes about half a minute on
// SQLite and a minute and a half on PostgreSQL, which it runs on below scripts/with-postgres.
//
//   BlockRates [OPERATIONS]     operations a task, 2,000 unless given

import Foundation
import Logging
import PandoCache
import PandoDatabase
import PandoEvents
import PandoMessaging
import PandoTelemetry
import Synchronization

@main
struct BlockRates {
    static let tasks = 64

    static func main() async throws {
        let operations = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 2000
        let configuration = try Database.Configuration.temporary()
        let folder = configuration.path.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        defer { if let folder { try? FileManager.default.removeItem(at: folder) } }
        let metrics = MetricsRegistry()
        let database = try await Database.open(configuration, metrics: metrics)
        try await database.migrate([DomainMigrations(domain: "bench", [items])])
        try await Messaging.migrate(database)
        try await EventStore.migrate(database)

        print("operation                              per second   CPU µs each")
        let bench = database.domain("bench")
        try await writes(bench, operations)
        try await reads(bench)
        try await publishes(database, operations)
        try await consumption("lease and ack in batches, bytes", database, metrics, ByteTock.init)
        try await consumption("lease and ack in batches, JSON", database, metrics, Tock.init)
        try await deliveries("lease and ack one by one, bytes", database, metrics)
        try await events(bench, metrics)
        try await cacheHits()
        await database.close()
    }

    static let items = Migration(1, "create items") {
        CreateTable("items", sharding: .by("id")) {
            Column("id", .identifier)
            Column("name", .text)
            Column("amount", .bigint)
            PrimaryKey("id")
        }
        CreateTable("steps_a", sharding: .by("distance"), steps)
        CreateTable("steps_b", sharding: .by("distance"), steps)
    }

    @TableBuilder private static func steps() -> [any TableElement] {
        Column("distance", .bigint)
        Column("times", .bigint)
        PrimaryKey("distance")
    }

    static func writes(_ database: Database, _ operations: Int) async throws {
        try await measure("durable write, 64 tasks", tasks * operations) {
            try await concurrently(operations) { number in
                let id = Identifier()
                try await database.write { tx in
                    try await tx.execute("INSERT INTO items (id, name, amount) VALUES (\(id), \("item"), \(number))")
                }
            }
        }
        try await measure("durable write, 1 task", operations) {
            for number in 0..<operations {
                let id = Identifier()
                try await database.write { tx in
                    try await tx.execute("INSERT INTO items (id, name, amount) VALUES (\(id), \("item"), \(number))")
                }
            }
        }
    }

    static func reads(_ database: Database) async throws {
        let ids = try await database.read { try await $0.all("SELECT id FROM items LIMIT 10000", as: Identifier.self) }
        try await measure("point read, columns by index", 50_000) {
            for index in 0..<50_000 {
                let id = ids[index % ids.count]
                _ = try await database.read { tx in
                    try await tx.rows("SELECT id, name, amount FROM items WHERE id = \(id)") {
                        try $0.get(2, as: Int.self)
                    }
                }
            }
        }
        struct Item: Codable { let id: Identifier, name: String, amount: Int }
        try await measure("point read, Codable", 50_000) {
            for index in 0..<50_000 {
                let id = ids[index % ids.count]
                _ = try await database.read { tx in
                    try await tx.first("SELECT id, name, amount FROM items WHERE id = \(id)", as: Item.self)
                }
            }
        }
    }

    static func publishes(_ database: Database, _ operations: Int) async throws {
        try await measure("publish, 64 tasks", tasks * operations) {
            try await concurrently(operations) { number in
                try await database.write { tx in _ = try await tx.publish(Tick(number: number)) }
            }
        }
        try await measure("publish, 64 tasks, encoded before", tasks * operations) {
            try await concurrently(operations) { number in
                let message = try EncodedMessage(Tick(number: number))
                try await database.write { tx in _ = try await tx.publish(message) }
            }
        }
    }

    static func consumption<M: Message>(
        _ name: String,
        _ database: Database,
        _ metrics: MetricsRegistry,
        _ make: @escaping @Sendable (Int) -> M
    ) async throws {
        let count = 200_000
        for start in stride(from: 0, to: count, by: 500) {
            try await database.write { tx in
                for number in start..<(start + 500) { _ = try await tx.publish(make(number)) }
            }
        }
        let messaging = Messaging(database: database, metrics: metrics, logger: Logger(label: "bench"))
        let (done, finish) = AsyncStream.makeStream(of: Void.self)
        let (warm, isWarm) = AsyncStream.makeStream(of: Void.self)
        let seen = Atomic<Int>(0)
        var configuration = ConsumerConfiguration()
        configuration.batchSize = 1000
        try messaging.consumeBatch(M.self, as: "bench", configuration: configuration) { batch, tx in
            let size = batch.count
            tx.afterCommit {
                let total = seen.wrappingAdd(size, ordering: .relaxed).newValue
                if total >= 1000 { isWarm.finish() }
                if total >= count { finish.finish() }
            }
        }
        try await run(messaging, finish) {
            // The first batch after a start is handled message by message.
            for await _ in warm {}
            let left = count - seen.load(ordering: .relaxed)
            try await measure(name, left) { for await _ in done {} }
        }
    }

    /// Handlers that run on their own: each message is leased for one of them, and its end is noted.
    static func deliveries(_ name: String, _ database: Database, _ metrics: MetricsRegistry) async throws {
        let count = 20_000
        for start in stride(from: 0, to: count, by: 500) {
            try await database.write { tx in
                for number in start..<(start + 500) { _ = try await tx.publish(SingleTock(number: number)) }
            }
        }
        let messaging = Messaging(database: database, metrics: metrics, logger: Logger(label: "bench"))
        let (done, finish) = AsyncStream.makeStream(of: Void.self)
        let seen = Atomic<Int>(0)
        var configuration = ConsumerConfiguration()
        configuration.concurrency = 256
        try messaging.deliver(SingleTock.self, as: "bench", configuration: configuration) { delivery in
            try await delivery.acknowledge()
            if seen.wrappingAdd(1, ordering: .relaxed).newValue >= count { finish.finish() }
        }
        try await run(messaging, finish) { try await measure(name, count) { for await _ in done {} } }
    }

    static func run(
        _ messaging: Messaging,
        _ finish: AsyncStream<Void>.Continuation,
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Also where it fails, or the wait for the last message would have no end.
                defer { finish.finish() }
                try await messaging.run()
            }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    static func events(_ database: Database, _ metrics: MetricsRegistry) async throws {
        let store = EventStore(metrics: metrics)
        let streams = 400
        try await measure("event append, 100 a transaction", streams * 100) {
            for _ in 0..<streams { try await append(database, store) }
        }
        try await measure("event append, 100 each, 8 tasks", streams * 100) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask { for _ in 0..<(streams / 8) { try await append(database, store) } }
                }
                try await group.waitForAll()
            }
        }
        let projections = Projections(
            [.projection(Steps(), on: database)],
            store: store,
            metrics: metrics,
            logger: Logger(label: "bench")
        )
        // From the first event on, as when it follows events that come faster than this.
        try await measure("projection, an upsert an event", 2 * streams * 100) { try await projections.prepare() }
    }

    static func append(_ database: Database, _ store: EventStore) async throws {
        let stream = StreamID(category: "bench", key: "\(Identifier())")
        let events = (0..<100).map { Moved.moved(by: $0) }
        _ = try await database.write { tx in
            try await store.append(events, to: stream, expecting: .none, in: tx)
        }
    }

    static func cacheHits() async throws {
        let cache = Cache<Int, Int>("bench")
        for key in 0..<1000 { _ = try await cache.value(for: key, ttl: .seconds(600)) { key } }
        try await measure("cache hit", 5_000_000) {
            for index in 0..<5_000_000 { _ = try await cache.value(for: index % 1000, ttl: .seconds(600)) { index } }
        }
    }

    static func concurrently(_ operations: Int, _ work: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks {
                group.addTask { for number in 0..<operations { try await work(number) } }
            }
            try await group.waitForAll()
        }
    }

    static func measure(_ name: String, _ count: Int, _ work: () async throws -> Void) async throws {
        let (began, processor) = (ContinuousClock.now, processorSeconds())
        try await work()
        let seconds = began.duration(to: .now) / .seconds(1)
        let cost = (processorSeconds() - processor) / Double(count) * 1e6
        let row = [
            name.padding(toLength: 36, withPad: " ", startingAt: 0), String(format: "%12.0f", Double(count) / seconds),
            String(format: "%13.2f", cost),
        ]
        print(row.joined())
    }

    static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(microseconds) / 1e6
    }
}

struct Tick: Message {
    static let topic = "tick"
    let number: Int
}

struct Tock: Message {
    static let topic = "tock"
    let number: Int
}

/// A message with an encoding of its own, so that the queue is measured and not JSON.
struct ByteTock: Message {
    static let topic = "byte-tock"
    let number: UInt8

    init(number: Int) { self.number = UInt8(truncatingIfNeeded: number) }

    init(encoded bytes: [UInt8]) throws { number = bytes.first ?? 0 }

    func encoded() throws -> [UInt8] { [number] }
}

enum Moved: DomainEvent {
    case moved(by: Int)
}

/// As ``ByteTock``, of a topic that is delivered message by message.
struct SingleTock: Message {
    static let topic = "single-tock"
    let number: UInt8

    init(number: Int) { self.number = UInt8(truncatingIfNeeded: number) }

    init(encoded bytes: [UInt8]) throws { number = bytes.first ?? 0 }

    func encoded() throws -> [UInt8] { [number] }
}

/// How often each distance was moved.
struct Steps: Projection {
    let name = "steps"
    let tables = ["steps"]
    let events = EventSelection.all

    func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
        guard case .moved(let distance) = try event.decode(Moved.self) else { return }
        let table = tables["steps"]
        try await tx.enqueue(
            """
            INSERT INTO \(raw: table) (distance, times) VALUES (\(distance), 1) \
            ON CONFLICT (distance) DO UPDATE SET times = \(raw: table).times + 1
            """
        )
    }
}
