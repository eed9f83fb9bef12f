import Foundation
import PandoDatabase

/// Point reads and TPC-B-like transactions on PostgreSQL, against pgbench with as many connections on the same server in the
/// same run. To be run by scripts/with-postgres, with PANDO_TEST_FSYNC=on:
///
///     PANDO_TEST_FSYNC=on scripts/with-postgres Benchmarks/.build/release/PostgresRates
@main
struct PostgresRates {
    static let scale = 10
    static let accounts = scale * 100_000
    static let seconds = 5.0

    static func main() async throws {
        guard let address = ProcessInfo.processInfo.environment["PANDO_TEST_DATABASE"] else {
            fatalError("run it by scripts/with-postgres")
        }
        var server = try PostgresServer(address: address)
        server.maximumConnections = 1
        let setup = try await Database.open(Database.Configuration(postgres: server))
        try await setup.migrate([DomainMigrations(domain: "bench", [tables])])
        await setup.close()
        _ = try pgbench(server, ["-i", "-I", "gv", "-s", "\(scale)", "-q"])

        print("operation                                                        per second   of pgbench   CPU µs each")
        for connections in [1, 8] { try await pointReads(server, connections) }
        try await transactions(server, connections: 8)
    }

    static let tables = Migration(1, "the tables of pgbench") {
        CreateTable("pgbench_accounts", sharding: .by("aid")) {
            Column("aid", .integer)
            Column("bid", .integer, .nullable)
            Column("abalance", .integer, .nullable)
            Column("filler", .text, .nullable)
            PrimaryKey("aid")
        }
        CreateTable("pgbench_branches", sharding: .by("bid")) {
            Column("bid", .integer)
            Column("bbalance", .integer, .nullable)
            Column("filler", .text, .nullable)
            PrimaryKey("bid")
        }
        CreateTable("pgbench_tellers", sharding: .by("tid")) {
            Column("tid", .integer)
            Column("bid", .integer, .nullable)
            Column("tbalance", .integer, .nullable)
            Column("filler", .text, .nullable)
            PrimaryKey("tid")
        }
        CreateTable("pgbench_history", sharding: .by("id")) {
            Column("tid", .integer)
            Column("bid", .integer)
            Column("aid", .integer)
            Column("delta", .integer)
            Column("mtime", .instant)
            Column("filler", .text, .nullable)
            Column("id", .identifier)
            PrimaryKey("id")
        }
    }

    static func pointReads(_ server: PostgresServer, _ connections: Int) async throws {
        let peer = try pgbench(
            server,
            ["-S", "-M", "prepared", "-c", "\(connections)", "-j", "1", "-t", "\(80_000 / connections)", "-n"]
        )
        report("pgbench -S, \(connections) connections", peer, nil, nil)
        var server = server
        // Half of a pool's connections carry reads of one statement at a time.
        server.maximumConnections = 2 * connections
        let database = try await Database.open(Database.Configuration(postgres: server))
        let bench = database.domain("bench")
        for (name, tasks) in [("a task for each", connections), ("64 tasks", 64)] {
            try await measure("point reads, \(connections) connections, \(name)", peer, tasks: tasks) {
                let aid = Int.random(in: 1...accounts)
                _ = try await bench.first("SELECT abalance FROM pgbench_accounts WHERE aid = \(aid)", as: Int.self)
            }
        }
        if connections > 1 {
            try await measure("the same in read { }, 8 tasks", peer, tasks: 8) {
                let aid = Int.random(in: 1...accounts)
                _ = try await bench.read { tx in
                    try await tx.first("SELECT abalance FROM pgbench_accounts WHERE aid = \(aid)", as: Int.self)
                }
            }
        }
        await database.close()
    }

    static func transactions(_ server: PostgresServer, connections: Int) async throws {
        let script = FileManager.default.temporaryDirectory.appendingPathComponent("tpcb-\(Identifier()).sql").path
        try """
        \\set aid random(1, \(accounts))
        \\set bid random(1, \(scale))
        \\set tid random(1, \(10 * scale))
        \\set delta random(-5000, 5000)
        BEGIN;
        UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
        SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
        UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
        UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
        INSERT INTO pgbench_history (tid, bid, aid, delta, mtime, id)
            VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP, gen_random_uuid());
        END;
        """.write(toFile: script, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: script) }
        let peer = try pgbench(
            server,
            ["-f", script, "-M", "prepared", "-c", "\(connections)", "-j", "1", "-t", "1000", "-n"]
        )
        report("pgbench TPC-B-like, \(connections) connections", peer, nil, nil)
        var server = server
        server.maximumConnections = connections
        let database = try await Database.open(Database.Configuration(postgres: server))
        let bench = database.domain("bench")
        for (name, isolation) in [("read committed", IsolationLevel.readCommitted), ("serializable", .serializable)] {
            for waits in [true, false] {
                let kind = waits ? "each answer awaited" : "changes enqueued"
                try await measure("TPC-B-like, \(connections) conn., \(name), \(kind)", peer, tasks: connections) {
                    try await transfer(bench, isolation, waits: waits)
                }
            }
        }
        await database.close()
    }

    /// One transaction of TPC-B's kind.
    ///
    /// - Parameter waits: whether for the answer to each change, as pgbench does; else the changes after the one question go
    ///   together with the commit.
    static func transfer(_ database: Database, _ isolation: IsolationLevel, waits: Bool) async throws {
        let (aid, bid) = (Int.random(in: 1...accounts), Int.random(in: 1...scale))
        let (tid, delta) = (Int.random(in: 1...(10 * scale)), Int.random(in: -5000...5000))
        try await database.write(isolation: isolation) { tx in
            func change(_ sql: SQL) async throws {
                if waits { try await tx.execute(sql) } else { try await tx.enqueue(sql) }
            }
            try await change("UPDATE pgbench_accounts SET abalance = abalance + \(delta) WHERE aid = \(aid)")
            _ = try await tx.first("SELECT abalance FROM pgbench_accounts WHERE aid = \(aid)", as: Int.self)
            try await change("UPDATE pgbench_tellers SET tbalance = tbalance + \(delta) WHERE tid = \(tid)")
            try await change("UPDATE pgbench_branches SET bbalance = bbalance + \(delta) WHERE bid = \(bid)")
            try await change(
                """
                INSERT INTO pgbench_history (tid, bid, aid, delta, mtime, id)
                VALUES (\(tid), \(bid), \(aid), \(delta), \(Instant.now), \(Identifier()))
                """
            )
        }
    }

    // MARK: Measuring

    /// Runs an operation in tasks for some seconds, after a second to warm up.
    static func measure(
        _ name: String,
        _ peer: Double,
        tasks: Int,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async throws {
        _ = try await run(operation, tasks: tasks, for: 1)
        let (cpu, begun) = (processorMicroseconds(), ContinuousClock.now)
        let count = try await run(operation, tasks: tasks, for: seconds)
        let elapsed = Double(begun.duration(to: .now) / .microseconds(1)) / 1_000_000
        let rate = Double(count) / elapsed
        report(name, rate, rate / peer, (processorMicroseconds() - cpu) / Double(count))
    }

    /// How often the operation was done.
    static func run(
        _ operation: @escaping @Sendable () async throws -> Void,
        tasks: Int,
        for seconds: Double
    ) async throws -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var done = 0
                    while ContinuousClock.now < end {
                        try await operation()
                        done += 1
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
    }

    static func report(_ name: String, _ rate: Double, _ ratio: Double?, _ cpu: Double?) {
        let padded = name.padding(toLength: 64, withPad: " ", startingAt: 0)
        let shown = ratio.map { String(format: "%10.2f", $0) } ?? ""
        print(
            padded + String(format: "%11.0f", rate) + "   " + shown + (cpu.map { String(format: "   %8.1f", $0) } ?? "")
        )
    }

    /// The transactions a second that pgbench reports. By numbers of transactions: its timer's signal is blocked in children.
    static func pgbench(_ server: PostgresServer, _ arguments: [String]) throws -> Double {
        let process = Process()
        let folders = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").sorted()
        process.executableURL = URL(fileURLWithPath: "/usr/lib/postgresql/\(folders.last ?? "15")/bin/pgbench")
        process.arguments =
            ["-h", server.host, "-p", "\(server.port)", "-U", server.user] + arguments + [server.database]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let line = text.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        return line.flatMap { Double($0.dropFirst(6).prefix { $0 != " " }) } ?? 0
    }

    static func processorMicroseconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func microseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1_000_000 + Double(time.tv_usec) }
        return microseconds(usage.ru_utime) + microseconds(usage.ru_stime)
    }
}
