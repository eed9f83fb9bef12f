import Foundation
import PandoConductor
import Subprocess
import TestSupport
import Testing

@testable import PandoDatabase

/// The server of a suite, and what disturbs it.
struct TestServer: Sendable {
    @TaskLocal static var current: TestServer?

    let postgres: LocalPostgres
    let folder: String

    /// The server of the running test.
    static func running() throws -> TestServer { try #require(current, "the suite has no privateServer") }

    /// The server by its Unix socket, in a schema of its own.
    var address: PostgresServer {
        var server = PostgresServer(host: postgres.host, port: postgres.port, database: "pando", user: "pando")
        server.schema = "test_\(Identifier())"
        return server
    }

    /// The server by TCP, in the clear.
    var addressByTCP: PostgresServer {
        get throws {
            let line = try String(contentsOfFile: postgres.passwordFile, encoding: .utf8)
            var server = address
            server.host = "127.0.0.1"
            server.tls = .disable
            server.password = line.split(separator: ":").last.map { $0.trimmingCharacters(in: .newlines) }
            return server
        }
    }

    /// How a database is opened.
    struct Options {
        var server: PostgresServer
        var database: Database.Configuration
    }

    /// Opens a database, looks at the end whether all connections came back, and closes it.
    func withDatabase<R>(
        _ configure: (inout Options) throws -> Void = { _ in },
        _ body: (Database) async throws -> R
    ) async throws -> R {
        let address = address
        var options = Options(server: address, database: Database.Configuration(postgres: address))
        // Machines that are busy with other things shall not decide what a test finds.
        options.database.transactionLimit = .seconds(10)
        try configure(&options)
        options.database.location = .postgres(options.server)
        let database = try await Database.open(options.database)
        do {
            try await database.migrate(Self.tables)
            let result = try await body(database)
            try await eventually("all connections are given back") { database.pool.inUse == 0 }
            #expect(database.pool.openCount <= options.server.maximumConnections)
            await database.close()
            try await eventually("all connections are closed") { database.pool.openCount == 0 }
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    private static let tables = [
        DomainMigrations(
            domain: "bank",
            [
                Migration(1, "create tables") {
                    // Numbers may repeat, so that a write that was done twice shows.
                    CreateTable("entries", sharding: .by("id")) {
                        Column("id", .identifier)
                        Column("number", .bigint)
                        PrimaryKey("id")
                    }
                    CreateTable("papers", sharding: .by("id")) {
                        Column("id", .identifier)
                        Column("content", .bytes)
                        PrimaryKey("id")
                    }
                    CreateTable("accounts", sharding: .by("id")) {
                        Column("id", .bigint)
                        Column("balance", .bigint)
                        PrimaryKey("id")
                    }
                }
            ]
        )
    ]

    // MARK: Disturbing it

    /// What the administrator's psql answers; nil where it fails.
    func psql(_ sql: String) async throws -> String? {
        let arguments = [
            "-wXAtq", "-h", postgres.host, "-p", "\(postgres.port)", "-U", postgres.superuser, "-d", "pando", "-c", sql,
        ]
        let command = Configuration(executable: .name("psql"), arguments: Arguments(arguments))
        let answer = try await Subprocess.run(command, output: .string(limit: 65_536))
        guard answer.terminationStatus.isSuccess else { return nil }
        return answer.standardOutput.split(separator: "\n").joined(separator: "\n")
    }

    /// Ends the server: at once and without a word to anybody by SIGKILL, in order by SIGINT.
    func end(by signal: Int32) {
        let main = postgres.processID
        let others = signal == SIGKILL ? Self.children(of: main) : []
        for process in [main] + others.map(\.id) { kill(process, signal) }
    }

    /// Lets the server's files grow to this size, as a disk that fills up would; nil for any size.
    func limitFiles(toBytes bytes: Int?) async throws {
        // PostgreSQL takes it for a full disk: its postmaster has SIGXFSZ ignored.
        let size = bytes.map { "\($0)" } ?? "unlimited"
        let owner = try FileManager.default.attributesOfItem(atPath: "\(folder)/data")
        let (user, group) = (owner[.ownerAccountID] as? Int, owner[.groupOwnerAccountID] as? Int)
        // As the server's user: root in a container may lack the right that others' processes take.
        let change = ["--reuid", "\(try #require(user))", "--regid", "\(try #require(group))", "--keep-groups", "--"]
        let main = postgres.processID
        for process in [main] + Self.children(of: main).map(\.id) {
            let arguments = Arguments(change + ["prlimit", "--pid", "\(process)", "--fsize=\(size):unlimited"])
            let result = try await Subprocess.run(.name("setpriv"), arguments: arguments, output: .discarded)
            try #require(result.terminationStatus.isSuccess || kill(process, 0) != 0)
        }
    }

    /// Stops all processes of the server, until ``thaw()``.
    func freeze() async throws {
        let main = postgres.processID
        kill(main, SIGSTOP)
        // A signal takes a moment; until then the main process may start others.
        try await eventually("all processes have stopped") {
            let running = Self.children(of: main).filter { $0.state != "T" }
            for process in running { kill(process.id, SIGSTOP) }
            return running.isEmpty && Self.status(of: main)?.state == "T"
        }
    }

    func thaw() {
        let main = postgres.processID
        for process in Self.children(of: main).map(\.id) + [main] { kill(process, SIGCONT) }
    }

    private static func children(of parent: pid_t) -> [(id: pid_t, state: Substring)] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { entry in
            guard let id = pid_t(entry), let status = status(of: id), status.parent == parent else { return nil }
            return (id, status.state)
        }
    }

    /// The state and the parent of a process (proc(5)); nil where it is gone.
    private static func status(of process: pid_t) -> (state: Substring, parent: pid_t)? {
        let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // After the name, which is in brackets.
        guard let words = text?.split(separator: ")").last?.split(separator: " "), words.count > 1 else { return nil }
        return pid_t(words[1]).map { (words[0], $0) }
    }
}

extension Database {
    /// The pool of a database on a server.
    var pool: PostgresPool {
        guard let core = engine as? PostgresCore else { preconditionFailure("not on PostgreSQL") }
        return core.pool
    }

    /// Makes accounts without money, with the numbers from 1 on.
    func makeAccounts(_ count: Int) async throws {
        try await write { tx in
            for id in 1...count { try await tx.execute("INSERT INTO accounts (id, balance) VALUES (\(id), 0)") }
        }
    }

    func balance(of account: Int) async throws -> Int? {
        try await read { tx in try await tx.first("SELECT balance FROM accounts WHERE id = \(account)") }
    }

    /// The numbers of all entries.
    func numbers() async throws -> [Int] {
        try await read { tx in try await tx.all("SELECT number FROM entries ORDER BY number") }
    }
}
