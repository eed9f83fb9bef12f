import Foundation
import PandoConductor
import PandoDatabase
import Subprocess
import Synchronization
import TestSupport
import Testing

@testable import PandoCommands

/// Backups of PostgreSQL, on real servers.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ServerBackupTests {
    private func sample() -> [DomainMigrations] {
        [
            DomainMigrations(
                domain: "samples",
                [
                    Migration(1, "create samples") {
                        CreateTable("samples", sharding: .reference) {
                            Column("id", .identifier)
                            Column("words", .text)
                            Column("small", .integer)
                            Column("large", .bigint)
                            Column("yes", .boolean)
                            Column("ratio", .double)
                            Column("price", .money)
                            Column("at", .instant)
                            Column("day", .date)
                            Column("document", .json)
                            Column("content", .bytes)
                            Column("missing", .text, .nullable)
                            PrimaryKey("id")
                            Check("words <> 'COPY x FROM stdin;'")
                        }
                        CreateIndex("samples_by_day", on: "samples", "day")
                    }
                ]
            )
        ]
    }

    private struct Sample: Equatable {
        var id = Identifier()
        var words = "\\. \\restrict x\n\\.\n\t\r é e\u{301} 방 客室 \u{1F3E8} \u{10FFFF}"
        var small: Int32 = .min
        var large: Int64 = .max
        var yes = true
        var ratio = 0.1 + 0.2
        var price: Int64 = -1
        var currency = "EUR"
        var at = Instant(microsecondsSince1970: -62_135_596_800_000_001)
        var day = LocalDate(daysSince1970: -719_000)
        var document = JSONText(#"{"a" : 1.0,  "b":"\u00e9"}"#)
        var content = (0...255).map(UInt8.init)
        var missing: String?

        init() {}

        init(_ row: borrowing Row) throws {
            id = try row.get(0)
            words = try row.get(1)
            small = try row.get(2)
            large = try row.get(3)
            yes = try row.get(4)
            ratio = try row.get(5)
            price = try row.get(6)
            currency = try row.get(7)
            at = try row.get(8)
            day = try row.get(9)
            document = try row.get(10)
            content = try row.get(11)
            missing = try row.get(12)
        }
    }

    private var samples: [Sample] {
        var others = Sample()
        (others.words, others.small, others.large, others.yes) = ("", .max, .min, false)
        (others.ratio, others.at, others.day) = (
            .infinity, Instant(microsecondsSince1970: .max), LocalDate(daysSince1970: 2_932_896)
        )
        (others.document, others.content, others.missing) = (JSONText("[]"), [], "")
        return [Sample(), others]
    }

    @Test func everyTypeComesBackAndWhatIsReplacedIsKept() async throws {
        try await TestCluster.with { [samples] cluster in
            let database = try await cluster.open(sample())
            try await database.write { tx in
                for sample in samples {
                    try await tx.execute(
                        """
                        INSERT INTO samples (id, words, small, large, yes, ratio, price, price_currency, at, day, document,
                            content, missing)
                        VALUES (\(sample.id), \(sample.words), \(sample.small), \(sample.large), \(sample.yes),
                            \(sample.ratio), \(sample.price), \(sample.currency), \(sample.at), \(sample.day), \(sample.document),
                            \(sample.content), \(sample.missing))
                        """
                    )
                }
            }
            let file = try await cluster.backUp()
            try await database.write { tx in _ = try await tx.execute("DELETE FROM samples WHERE yes = true") }
            let before = database.position
            await database.close()

            let schema = try #require(try await cluster.restore(file))
            let restored = try await cluster.open(sample())
            let found = try await restored.read { tx in
                try await tx.rows("SELECT * FROM samples ORDER BY yes DESC", Sample.init)
            }
            #expect(found == samples)
            #expect(restored.position > before)
            #expect(restored.position.timeline > before.timeline)
            let twice = await databaseError {
                try await restored.write { tx in
                    _ = try await tx.execute("INSERT INTO samples SELECT * FROM samples WHERE true")
                }
            }
            #expect(twice?.code == .constraintViolated(.unique))
            await restored.close()
            let kept = schema.split(separator: " ").last ?? ""
            #expect(try await cluster.psql("SELECT count(*) FROM \(kept).samples") == "1")
            #expect(
                try await cluster.psql(
                    "SELECT count(*) FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'samples'"
                ) == "2"
            )
        }
    }

    @TableBuilder private static func amounts() -> [any TableElement] {
        Column("id", .bigint)
        Column("amount", .bigint)
        PrimaryKey("id")
    }

    private let pair = [
        DomainMigrations(
            domain: "pair",
            [
                Migration(1, "create both sides") {
                    CreateTable("left_side", sharding: .reference, Self.amounts)
                    CreateTable("right_side", sharding: .reference, Self.amounts)
                }
            ]
        )
    ]

    /// Every transaction takes from one table what it puts into the other.
    private func whileMoving(_ database: Database, _ body: () async throws -> Void) async throws {
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    while !isDone.isSet {
                        try await database.write { tx in
                            try await tx.execute("UPDATE left_side SET amount = amount - 1 WHERE id = \(writer)")
                            try await tx.execute("UPDATE right_side SET amount = amount + 1 WHERE id = \(writer)")
                        }
                    }
                }
            }
            do { try await body() } catch {
                isDone.set()
                throw error
            }
            isDone.set()
            try await group.waitForAll()
        }
    }

    @Test func backupUnderWritesIsOfOneMoment() async throws {
        try await TestCluster.with { [pair] cluster in
            let database = try await cluster.open(pair)
            try await database.write { tx in
                for id in 0..<4 {
                    try await tx.execute("INSERT INTO left_side VALUES (\(id), 0)")
                    try await tx.execute("INSERT INTO right_side VALUES (\(id), 0)")
                }
            }
            let file = Mutex("")
            try await whileMoving(database) {
                // The control: a dump of each table, one after the other, which sees two moments.
                let left = try await sum(of: "left_side", cluster)
                let right = try await sum(of: "right_side", cluster)
                #expect(left + right != 0)
                let written = try await cluster.backUp()
                file.withLock { $0 = written }
            }
            await database.close()
            _ = try await cluster.restore(file.withLock { $0 })
            let sums = try await cluster.psql(
                "SELECT (SELECT sum(amount) FROM left_side) + (SELECT sum(amount) FROM right_side), sum(amount) > 0 FROM right_side"
            )
            #expect(sums == "0|t")
        }
    }

    private func sum(of table: String, _ cluster: TestCluster) async throws -> Int {
        let dump = try await cluster.run("pg_dump", ["--data-only", "--table=\(table)"])
        let rows = dump.split(separator: "\n").filter { $0.first?.isNumber ?? false }
        try #require(rows.count == 4)
        return rows.compactMap { $0.split(separator: "\t").last.flatMap { Int($0) } }.reduce(0, +)
    }

    @Test func damagedFilesAreRefusedAndChangeNothing() async throws {
        try await TestCluster.with { cluster in
            let database = try await cluster.open(sample())
            await database.close()
            let file = try await cluster.backUp()
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            let bad = cluster.folder + "/bad.dump"
            func words(_ content: Data) async throws -> String? {
                try content.write(to: URL(fileURLWithPath: bad))
                let error = await databaseError { try await cluster.restore(bad) }
                return error?.code == .corrupt ? error?.message : nil
            }
            let seed = UInt64.random(in: .min ... .max)
            print("seed \(seed)")
            var random = SeededGenerator(seed: seed)
            for _ in 0..<60 {
                var flipped = bytes
                flipped[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                #expect(try await words(flipped) != nil, "seed \(seed)")
                let cut = bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))
                #expect(try await words(cut) != nil, "seed \(seed)")
            }
            var middle = bytes
            middle[bytes.count / 2] ^= 1
            #expect(try await words(middle) == "is damaged: its checksum does not match")
            #expect(
                try await words(bytes.dropLast(1000))
                    == "is cut off: it has \(bytes.count - 1000) bytes, and not its last line, a checksum"
            )
            #expect(try await words(Data("no database".utf8)) == "is no database")
            #expect(try await words(Data()) == "is no database")
            #expect(try await words(Data("SQLite format 3\0…".utf8)) == "is one of SQLite, not of PostgreSQL")
            // Each would have moved the tables aside.
            let replaced = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'public_%'"
            #expect(try await cluster.psql(replaced) == "0")
            #expect(try await cluster.restore(file) != nil)
            #expect(try await cluster.psql(replaced) == "1")
        }
    }

    @Test func passwordsStayInTheEnvironmentAndNothingIsLeftBehind() async throws {
        let port = try LoopbackPort().number
        try await TestCluster.with(port: port) { cluster in
            await (try cluster.open(sample())).close()
            var server = cluster.server()
            (server.host, server.port, server.tls) = ("127.0.0.1", port, .disable)
            let line = try String(contentsOfFile: cluster.postgres.passwordFile, encoding: .utf8)
            server.password = line.split(separator: ":").last.map { $0.trimmingCharacters(in: .newlines) }
            let progress = Progress("", console: Recorder().console())
            let file = cluster.folder + "/tcp.dump"
            try await ServerBackup(server: server).write(to: file, progress: progress)
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            // The program itself is refused here, and not the connection that looks first.
            let archiver = try await PostgresArchiver.find()
            server.password = "swordfish"
            let environment = server.programEnvironment
            let error = await #expect(throws: ConductorError.self) {
                try await archiver.write(schema: "public", to: "/dev/null", environment: environment, onTable: {})
            }
            #expect(error?.message.contains("password authentication failed") == true)
            #expect("\(error as Any)".contains("swordfish") == false)

            let full = "/dev/full-is-no-folder/x.dump"
            await #expect(throws: (any Error).self) {
                try await ServerBackup(server: cluster.server()).write(to: full, progress: progress)
            }
            let cancelled = Task {
                try await ServerBackup(server: cluster.server()).write(to: file + "2", progress: progress)
            }
            cancelled.cancel()
            await #expect(throws: (any Error).self) { try await cancelled.value }
            let left = try FileManager.default.contentsOfDirectory(atPath: cluster.folder).sorted()
            #expect(left == ["postgres", "tcp.dump"])
        }
    }
}

/// Says that something is over.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
