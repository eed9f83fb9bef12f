import Foundation
import Logging
import PandoConductor
import PandoDatabase
import PandoMessaging
import PandoTelemetry
import TestSupport
import Testing

@testable import PandoCommands
@testable import PandoEvents

/// Restores of PostgreSQL, on real servers.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ServerRestoreTests {
    private struct Numbered: Message {
        static let topic = "numbers"
        let number: Int
    }

    private struct Happened: DomainEvent {
        let number: Int
    }

    private struct Thing: Aggregate {
        static let streamCategory = "thing"
        mutating func apply(_ event: Happened) {}
    }

    /// Notes each event's number, once a time.
    private struct Notes: Projection {
        let name = "notes"
        let tables = ["notes"]
        let events = EventSelection.events(of: Thing.self)

        func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
            let number = try event.decode(Happened.self).number
            try await tx.execute("INSERT INTO \(raw: tables["notes"]) (id, number) VALUES (\(Identifier()), \(number))")
        }
    }

    @TableBuilder private static func numbers() -> [any TableElement] {
        Column("id", .identifier)
        Column("number", .bigint)
        PrimaryKey("id")
    }

    private let tables = [
        DomainMigrations(
            domain: "followers",
            [
                Migration(1, "create what followers leave") {
                    CreateTable("effects", sharding: .reference, Self.numbers)
                    CreateTable("notes_a", sharding: .reference, Self.numbers)
                    CreateTable("notes_b", sharding: .reference, Self.numbers)
                }
            ]
        )
    ]

    private func open(_ cluster: TestCluster) async throws -> Database {
        let database = try await cluster.open()
        try await EventStore.migrate(database)
        try await Messaging.migrate(database)
        try await database.migrate(tables)
        return database
    }

    /// Publishes and appends numbers.
    private func write(_ numbers: Range<Int>, _ database: Database, _ store: EventStore) async throws {
        for number in numbers {
            try await database.write { tx in
                try await tx.publish(Numbered(number: number))
                try await store.append(
                    [Happened(number: number)],
                    to: StreamID(Thing.self, "only"),
                    expecting: .any,
                    in: tx
                )
            }
        }
    }

    /// Lets a consumer and a projection go on until there is nothing left for them.
    private func follow(_ database: Database, _ store: EventStore) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let metrics = MetricsRegistry()
        let messaging = Messaging(database: database, metrics: metrics, logger: logger)
        try messaging.consume(Numbered.self, as: "effects") { message, tx in
            try await tx.execute("INSERT INTO effects (id, number) VALUES (\(Identifier()), \(message.number))")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await messaging.run() }
            var rounds = 0
            // Until the group exists and has taken all that it sees; twice, since a start takes a moment.
            while rounds < 2 {
                let statistics = try await messaging.statistics()
                let isDone = !statistics.isEmpty && statistics.allSatisfy { $0.ready + $0.pending == 0 }
                rounds = isDone ? rounds + 1 : 0
                try await Task.sleep(for: .milliseconds(20))
            }
            group.cancelAll()
        }
        let projections = Projections(
            [.projection(Notes(), on: database.domain("followers"))],
            store: store,
            metrics: metrics,
            logger: logger
        )
        try await projections.prepare()
        try await projections.catchUp()
    }

    /// What the consumer has handled and the projection has noted.
    private func seen(_ database: Database) async throws -> (effects: [Int], notes: [Int]) {
        let handle = database.domain("followers")
        return try await handle.read { tx in
            let live = try await ProjectionTables.live(Notes(), in: tx)["notes"]
            return (
                try await tx.all("SELECT number FROM effects ORDER BY number", as: Int.self),
                try await tx.all("SELECT number FROM \(raw: live) ORDER BY number", as: Int.self)
            )
        }
    }

    @Test func logsGoOnInAnotherCluster() async throws {
        try await TestCluster.withTwo { first, second in
            try await first.useUpTransactions()
            let store = EventStore(metrics: MetricsRegistry())
            let original = try await open(first)
            try await write(0..<10, original, store)
            try await follow(original, store)
            try await write(10..<15, original, store)
            let file = try await first.backUp()
            let before = original.position
            await original.close()

            #expect(try await second.restore(file) == nil)
            // The control: by the second server's own numbers, what is written is behind all followers. None of it is seen below.
            let base = try await second.psql("SELECT transaction FROM pando_origin")
            _ = try await second.psql("UPDATE pando_origin SET transaction = 0")
            let naive = try await open(second)
            try await write(100..<105, naive, store)
            await naive.close()
            _ = try await second.psql("UPDATE pando_origin SET transaction = \(base)")
            let restored = try await open(second)
            #expect(restored.position > before)
            try await write(15..<20, restored, store)
            try await follow(restored, store)
            let all = try await seen(restored)
            #expect(all.effects == Array(0..<20) && all.notes == Array(0..<20))
            await restored.close()

            // And back, over what went on in the first server meanwhile.
            let later = try await second.backUp()
            let returned = try await first.restore(later)
            #expect(returned != nil)
            let home = try await open(first)
            try await write(20..<22, home, store)
            try await follow(home, store)
            #expect(try await seen(home).effects == Array(0..<22))
            #expect(try await seen(home).notes == Array(0..<22))
            await home.close()
        }
    }

    /// One of an earlier version has no note of its origin.
    @Test(arguments: [true, false]) func databaseMovedByHandIsCorrectedOnceByManyAtOnce(hasOrigin: Bool) async throws {
        try await TestCluster.withTwo { first, second in
            try await first.useUpTransactions()
            let store = EventStore(metrics: MetricsRegistry())
            let original = try await open(first)
            try await write(0..<5, original, store)
            try await follow(original, store)
            let before = original.position
            await original.close()
            if !hasOrigin {
                _ = try await first.psql("DROP TABLE pando_origin")
                await (try open(first)).close()
                #expect(try await first.psql("SELECT incarnation, transaction FROM pando_origin") == "0|0")
                _ = try await first.psql("DROP TABLE pando_origin")
            }
            let file = first.folder + "/by-hand.dump"
            _ = try await first.run("pg_dump", ["--format=custom", "--schema=public", "--file=\(file)"])
            _ = try await second.run("pg_restore", ["--schema=public", "--no-owner", "--role=pando", file])

            let nodes = try await withThrowingTaskGroup(of: Database.self) { group in
                for _ in 0..<6 { group.addTask { try await self.open(second) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await second.psql("SELECT incarnation FROM pando_origin") == "1")
            for (number, node) in nodes.enumerated() {
                #expect(node.position > before)
                try await write(5 + number..<6 + number, node, store)
            }
            try await follow(nodes[0], store)
            let all = try await seen(nodes[0])
            #expect(all.effects == Array(0..<11) && all.notes == Array(0..<11))
            for node in nodes { await node.close() }
        }
    }

    @Test func restoreAndRunningProcessesKeepEachOtherOut() async throws {
        try await TestCluster.with { cluster in
            let database = try await open(cluster)
            try await database.write { _ = try await $0.execute("INSERT INTO effects VALUES (\(Identifier()), 1)") }
            let file = try await cluster.backUp()
            let refusal = await databaseError { try await cluster.restore(file) }
            #expect(refusal?.code == .busy)
            let name = "stop it first (pando \(getpid()) by the Unix socket, server process "
            #expect(refusal?.message.contains(name) == true, "\(refusal as Any)")

            // One that has no connection at the moment: the restore is let in, and the process not after it.
            let rest = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'pando'"
            _ = try await cluster.psql(rest)
            let seal = try await ServerRestore.check(file, [])
            do {
                let restore = try await PostgresRestore.begin(seal, on: cluster.server())
                let late = await databaseError {
                    try await Database.open(Database.Configuration(postgres: cluster.server()))
                }
                #expect(late?.code == .busy)
                #expect(late?.message.contains("is being restored") == true)
                withExtendedLifetime(restore) {}
            }
            #expect(try await cluster.restore(file) != nil)
            let old = await databaseError {
                try await database.read { try await $0.all("SELECT id FROM effects", as: Identifier.self) }
            }
            #expect(old?.code == .schemaMismatch)
            #expect(old?.message.contains("start it again") == true)
            await database.close()

            let other = await databaseError { try Database.require(["shop"], among: seal.domains, of: file) }
            #expect(other?.message.contains("is another program's: it has the tables of followers") == true)
        }
    }

    /// How a restore ends in the middle.
    enum End: CaseIterable { case processKilled, serverKilled, archiveCutOff }

    @Test(arguments: End.allCases) func whatBreaksInTheMiddleLeavesWhatWasThere(_ end: End) async throws {
        try await TestCluster.with { cluster in
            let database = try await open(cluster)
            try await database.write(limit: .seconds(30)) { tx in
                for number in 0..<2_000 {
                    try await tx.execute("INSERT INTO effects VALUES (\(Identifier()), \(number))")
                }
            }
            let file = try await cluster.backUp()
            try await database.write { _ = try await $0.execute("UPDATE effects SET number = -1") }
            await database.close()
            try await breakOff(end, file, cluster)

            let reopened = try await reopen(cluster)
            let numbers = try await reopened.read { tx in
                try await tx.all("SELECT DISTINCT number FROM effects", as: Int.self)
            }
            #expect(numbers == [-1])
            #expect(reopened.position.timeline == 1)
            await reopened.close()
            #expect(try await cluster.psql("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'public_%'") == "0")
        }
    }

    /// Restores everything but the commit, or half of the rows, and ends so.
    private func breakOff(_ end: End, _ file: String, _ cluster: TestCluster) async throws {
        let archiver = try await PostgresArchiver.find()
        let restore = try await PostgresRestore.begin(try await ServerRestore.check(file, []), on: cluster.server())
        #expect(restore.replaced != nil)
        let script = try await cluster.script(of: file, .tables, archiver)
        try await restore.runDefinitions(script)
        let rows = try await cluster.script(of: file, .rows, archiver)
        let part = end == .archiveCutOff ? String(rows.prefix(rows.count / 2)) : rows
        let fed = await databaseError { try await restore.runRows(of: part) }
        #expect(fed?.code == (end == .archiveCutOff ? .corrupt : nil))
        switch end {
        // To the server both are a connection that ends without a commit.
        case .processKilled, .archiveCutOff: break
        case .serverKilled:
            kill(cluster.postgres.processID, SIGKILL)
            await #expect(throws: DatabaseError.self) {
                try await restore.runDefinitions("SELECT pg_sleep(5)")
                try await restore.commit()
            }
        }
    }

    /// Opens the database when its server is back.
    private func reopen(_ cluster: TestCluster) async throws -> Database {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            do { return try await open(cluster) } catch {
                guard ContinuousClock.now < end else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}

extension TestCluster {
    /// A part of an archive as text.
    func script(of file: String, _ section: PostgresArchiver.Section, _ archiver: PostgresArchiver) async throws
        -> String
    {
        let target = "\(folder)/\(section.rawValue).sql"
        let descriptor = Foundation.open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        try await archiver.write(section, of: file, schema: "public", to: descriptor)
        return try String(contentsOfFile: target, encoding: .utf8)
    }
}

extension PostgresRestore {
    /// Fills tables by a script in memory.
    fileprivate func runRows(of script: String) async throws {
        let pipe = Pipe()
        let write = Task {
            try pipe.fileHandleForWriting.write(contentsOf: Data(script.utf8))
            try pipe.fileHandleForWriting.close()
        }
        try await runRows(from: pipe.fileHandleForReading.fileDescriptor) {}
        try await write.value
    }
}
