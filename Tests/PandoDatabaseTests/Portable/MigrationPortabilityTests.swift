import PandoDatabase
import TestSupport
import Testing

/// The same migrations with the same effects and refusals on every engine.
@Suite struct MigrationPortabilityTests {
    private static let won = Currency("KRW")!  // Three upper-case letters.

    private static let create = Migration(1, "create things") {
        CreateTable("things", sharding: .reference) {
            Column("id", .bigint)
            Column("name", .text, default: "it's \\ \"so\"")
            PrimaryKey("id")
        }
        Execute("INSERT INTO things (id) VALUES (\(1)), (\(2))")
    }

    private static func useOneConnection(_ configuration: inout Database.Configuration) {
        guard case .postgres(var server) = configuration.location else { return }
        server.maximumConnections = 1
        configuration.location = .postgres(server)
    }

    /// Columns with defaults that must be the values themselves, and what a row then holds.
    private static let additions: [(Column, Cell)] = [
        (Column("key", .identifier, default: Identifier(bytes: Array(1...16))), Cell(sqlValue: .bytes(Array(1...16)))),
        (Column("empty", .text, default: ""), ""),
        (Column("words", .text, default: "한글 𝄞 ' \\n ?"), "한글 𝄞 ' \\n ?"),
        (Column("small", .integer, default: Int32.min), -2_147_483_648),
        (Column("large", .bigint, default: Int64.min), Cell(sqlValue: .integer(.min))),
        (Column("yes", .boolean, default: true), true),
        (Column("no", .boolean, default: false), false),
        (Column("tiny", .double, default: Double.leastNonzeroMagnitude), Cell(sqlValue: .real(.leastNonzeroMagnitude))),
        (
            Column("huge", .double, default: Double.greatestFiniteMagnitude),
            Cell(sqlValue: .real(.greatestFiniteMagnitude))
        ),
        (Column("endless", .double, default: Double.infinity), Cell(sqlValue: .real(.infinity))),
        (Column("bottomless", .double, default: -Double.infinity), Cell(sqlValue: .real(-.infinity))),
        (Column("zero", .double, default: -0.0), 0.0),
        (Column("tenth", .double, default: 0.1), 0.1),
        (Column("epoch", .instant, default: Instant(microsecondsSince1970: 0)), 0),
        (Column("before", .instant, default: Instant(microsecondsSince1970: -1)), -1),
        (
            Column("ancient", .instant, default: Instant(microsecondsSince1970: earliestOnServers)),
            Cell(sqlValue: .integer(earliestOnServers))
        ),
        (Column("never", .instant, default: Instant(microsecondsSince1970: .max)), Cell(sqlValue: .integer(.max))),
        (
            Column("late", .instant, default: Instant(microsecondsSince1970: .max - 1)),
            Cell(sqlValue: .integer(.max - 1))
        ),
        (Column("always", .instant, default: Instant(microsecondsSince1970: .min)), Cell(sqlValue: .integer(.min))),
        (Column("day", .date, default: LocalDate("2024-02-29")), "2024-02-29"),
        (Column("first_day", .date, default: LocalDate("0000-01-01")), "0000-01-01"),
        (Column("last_day", .date, default: LocalDate("9999-12-31")), "9999-12-31"),
        (Column("document", .json, default: JSONText(#"{"b": 1, "a": "it's"}"#)), #"{"b": 1, "a": "it's"}"#),
        (Column("blob", .bytes, default: [0, 255] as [UInt8]), Cell(sqlValue: .bytes([0, 255]))),
        (Column("no_bytes", .bytes, default: [] as [UInt8]), Cell(sqlValue: .bytes([]))),
    ]

    @Test func defaultsReachTheRowsThereAreAndNewOnes() async throws {
        try await withDatabase { database in
            var migrations = [Self.create]
            for (index, addition) in Self.additions.enumerated() {
                migrations.append(Migration(index + 2, "add a column") { AddColumn("things", addition.0) })
            }
            // The same columns from the beginning, for tables that are made with them.
            let names: [SQL] = [
                "key", "empty", "words", "small", "large", "yes", "no", "tiny", "huge", "endless", "bottomless", "zero",
                "tenth", "epoch", "before",
                "ancient", "never", "late", "always", "day", "first_day", "last_day", "document", "blob", "no_bytes",
            ]
            #expect(names.count == Self.additions.count)
            try await database.migrate([DomainMigrations(domain: "things", [Self.create])])
            let applied = try await database.migrate([DomainMigrations(domain: "things", migrations)])
            #expect(applied == Self.additions.count)
            try await database.write { try await $0.execute("INSERT INTO things (id) VALUES (3)") }
            let rows = try await database.cells("SELECT \(names.joined(separator: ", ")) FROM things ORDER BY id")
            #expect(rows.count == 3)
            for row in rows { #expect(row == Self.additions.map(\.1)) }
        }
    }

    @Test func nullableColumnsOfEveryTypeAreNullInTheRowsThereAre() async throws {
        let additions = ColumnType.allCases.enumerated().map { index, type in
            Migration(index + 2, "add a column") { AddColumn("things", Column("c_\(type)", type, .nullable)) }
        }
        try await withDatabase([DomainMigrations(domain: "things", [Self.create] + additions)]) { database in
            let names = ColumnType.allCases.map { "\(raw: "c_\($0)")" as SQL }
            let rows = try await database.cells("SELECT \(names.joined(separator: ", ")), c_money_currency FROM things")
            #expect(rows == Array(repeating: Array(repeating: nil, count: names.count + 1), count: 2))
        }
    }

    /// A program that serves while another one, or it itself, migrates: its prepared statements know the new columns.
    @Test func statementsFindColumnsThatCameLater() async throws {
        let things = [DomainMigrations(domain: "things", [Self.create])]
        try await withDatabase(things, configure: Self.useOneConnection) { database in
            let all: SQL = "SELECT * FROM things WHERE id = 1"
            let before = try await database.cells(all)
            let written = try await database.write { tx in try await tx.rows(all) { $0.count } }
            #expect(before == [[1, "it's \\ \"so\""]])
            #expect(written == [2])
            let addition = Migration(2, "add") { AddColumn("things", Column("stars", .integer, default: Int32(5))) }
            try await database.migrate([DomainMigrations(domain: "things", [Self.create, addition])])
            let after = try await database.cells(all)
            #expect(after == [[1, "it's \\ \"so\"", 5]])
            let stars = try await database.write { tx in try await tx.rows(all) { try $0.get("stars", as: Int.self) } }
            #expect(stars == [5])
        }
    }

    @Test func requiredMoneyIsAddedWithAnAmount() async throws {
        struct Priced: Codable, Equatable {
            let price: Money
            let discount: Money?
        }
        try await withDatabase([DomainMigrations(domain: "things", [Self.create])]) { database in
            let price = Migration(2, "add a price") {
                AddColumn("things", Column("price", .money, default: Money(minorUnits: 12_000, currency: Self.won)))
                AddColumn("things", Column("discount", .money, .nullable))
            }
            try await database.migrate([DomainMigrations(domain: "things", [Self.create, price])])
            try await database.write { try await $0.execute("INSERT INTO things (id) VALUES (3)") }
            let rows = try await database.read { try await $0.all("SELECT * FROM things", as: Priced.self) }
            #expect(
                rows
                    == Array(
                        repeating: Priced(price: Money(minorUnits: 12_000, currency: Self.won), discount: nil),
                        count: 3
                    )
            )
        }
    }

    @Test(arguments: [
        Column("c", .identifier, default: [1, 2] as [UInt8]), Column("c", .text, default: 5),
        Column("c", .text, default: "a\0"),
        Column("c", .integer, default: Int64(1) << 40), Column("c", .bigint, default: "x"),
        Column("c", .boolean, default: 2),
        Column("c", .double, default: Double.nan), Column("c", .date, default: "2026-02-30"),
        Column("c", .instant, default: "now"),
        Column("c", .instant, default: Instant(microsecondsSince1970: earliestOnServers - 1)),
        Column("c", .bytes, default: "x"),
        Column("c", .json, default: 1), Column("c", .money, default: 5),
        Column("c", .text, default: Money(minorUnits: 1, currency: won)),
        Column("c", .json, default: JSONText("{")),
    ])
    func aDefaultThatTheColumnCannotHoldIsRefused(_ column: Column) async throws {
        try await withDatabase([DomainMigrations(domain: "things", [Self.create])]) { database in
            let addition = Migration(2, "add") { AddColumn("things", column) }
            let error = await databaseError {
                try await database.migrate([DomainMigrations(domain: "things", [Self.create, addition])])
            }
            #expect(error?.code == .migrationRefused)
        }
    }

    @Test func indexesAndTablesGoInLaterRuns() async throws {
        let index = Migration(2, "index") { CreateIndex("things_by_name", on: "things", "name") }
        let drop = Migration(3, "drop the index") { DropIndex("things_by_name") }
        let end = Migration(4, "drop the table") { DropTable("things") }
        let again = Migration(5, "make another") {
            CreateTable("things", sharding: .reference) {
                Column("id", .text)
                PrimaryKey("id")
            }
            Execute("INSERT INTO things VALUES ('a')")
        }
        let all = [Self.create, index, drop, end, again]
        try await withDatabase { database in
            for count in 1...all.count {
                let applied = try await database.migrate([DomainMigrations(domain: "things", Array(all.prefix(count)))])
                #expect(applied == 1)
            }
            let rows = try await database.domain("things").cells("SELECT id FROM things")
            #expect(rows == [["a"]])
        }
    }

    @Test func whatAProgramLearnsOfAnotherOnesTables() async throws {
        // The second handle has not made the tables: it finds them and their owners.
        let configuration = try Database.Configuration.temporary()
        let first = try await Database.open(configuration)
        try await first.migrate([library])
        await first.close()
        let second = try await Database.open(configuration)
        try await second.migrate([library])
        let count = try await second.domain("library").cells("SELECT count(*) FROM books")
        #expect(count == [[4]])
        let upsert = try await second.domain("library").write { tx in
            try await tx.execute("INSERT INTO authors VALUES (9, 'ada', 1) ON CONFLICT (name) DO NOTHING")
        }
        #expect(upsert == 0)
        let stranger = await databaseError { try await second.domain("stranger").cells("SELECT count(*) FROM books") }
        #expect(stranger?.code == .statementRefused)
        await second.close()
    }

    /// Programs that start at the same time: one of them migrates, the others find it done.
    @Test(.timeLimit(.minutes(1))) func programsThatStartTogetherMigrateOnce() async throws {
        let configuration = try Database.Configuration.temporary()
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = try await Database.open(configuration)
                    do {
                        let count = try await database.migrate([library])
                        await database.close()
                        return count
                    } catch {
                        await database.close()
                        throw error
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(applied == 1)
    }
}
