import PandoDatabase
import TestSupport
import Testing

/// Every column type gives back, bit for bit, what was bound: in a condition, through a column, and into a `Codable` row.
@Suite struct RoundTripTests {
    /// A table whose value column has a type, and one like it that takes NULL.
    private func table(_ type: ColumnType) -> [DomainMigrations] {
        [
            DomainMigrations(
                domain: "values",
                [
                    Migration(1, "create values") {
                        CreateTable("stored", sharding: .reference) {
                            Column("id", .bigint)
                            Column("value", type)
                            Column("optional", type, .nullable)
                            PrimaryKey("id")
                        }
                    }
                ]
            )
        ]
    }

    private struct Stored<Value: Decodable>: Decodable {
        let value: Value
        let optional: Value?
    }

    private func expectRoundTrips<Value: SQLConvertible & Codable & Equatable & Sendable>(
        _ values: [Value],
        _ type: ColumnType,
        findable: Bool = true
    ) async throws {
        try await withDatabase(table(type)) { database in
            try await database.write(limit: .seconds(30)) { tx in
                for (id, value) in values.enumerated() {
                    let other = id % 2 == 0 ? value : nil
                    try await tx.execute("INSERT INTO stored VALUES (\(id), \(value), \(other))")
                }
            }
            for (id, value) in values.enumerated() {
                let stored = try await database.read { tx in
                    try await tx.first("SELECT value, optional FROM stored WHERE id = \(id)", as: Stored<Value>.self)
                }
                #expect(stored?.value == value)
                #expect(stored?.optional == (id % 2 == 0 ? value : nil))
                let cells = try await database.cells("SELECT value, optional IS NULL FROM stored WHERE id = \(id)")
                #expect(cells == [[Cell(sqlValue: value.sqlValue), Cell(booleanLiteral: id % 2 == 1)]])
                guard findable else { continue }
                let found = try await database.cells("SELECT id FROM stored WHERE value = \(value)")
                #expect(found.contains([Cell(integerLiteral: Int64(id))]), "row \(id) is not found by its value")
            }
        }
    }

    @Test func identifiers() async throws {
        let made = (0..<20).map { _ in Identifier() }
        let bounds = [[UInt8](repeating: 0, count: 16), [UInt8](repeating: 255, count: 16)].compactMap(
            Identifier.init(bytes:)
        )
        try await expectRoundTrips(made + bounds, .identifier)
        try await withDatabase(table(.identifier)) { database in
            try await database.write { tx in
                for (id, value) in made.shuffled().enumerated() {
                    try await tx.execute("INSERT INTO stored VALUES (\(id), \(value), \(Identifier?.none))")
                }
            }
            let ordered = try await database.read { tx in
                try await tx.all("SELECT value FROM stored ORDER BY value", as: Identifier.self)
            }
            #expect(ordered == made)
        }
    }

    @Test func textOfEveryPlane() async throws {
        let planes = (0...16).map { plane in
            // The first and last of the plane that are characters; U+0000 is not, and surrogates are none.
            let first = Unicode.Scalar(UInt32(plane << 16 | 1))
            let last = Unicode.Scalar(UInt32(plane << 16 | 0xffff))
            return [first, last].compactMap(\.self).map(String.init).joined(separator: " ")
        }
        let special = [
            "", " ", "\n\r\t", "'\"\\;--/*?$1", "한글 ひらがな", "e\u{301}", "\u{e9}", "\u{5d0}\u{202e}\u{627}\u{202c}",
            "\u{feff}a",
            "\u{1F469}\u{200D}\u{1F680}", "\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{fffd}", "%_\\", "null", "\\x41",
        ]
        try await expectRoundTrips(planes + special, .text)
        // Swift calls some of these equal; the engines must not.
        let texts = ["e\u{301}", "\u{e9}"]
        try await withDatabase(table(.text)) { database in
            try await database.write { tx in
                for (id, text) in texts.enumerated() {
                    try await tx.execute("INSERT INTO stored VALUES (\(id), \(text), \(String?.none))")
                }
            }
            for (id, text) in texts.enumerated() {
                let found = try await database.read { tx in
                    try await tx.rows("SELECT id, value FROM stored WHERE value = \(text)") { row in
                        (try row.get(0, as: Int.self), Array(try row.get(1, as: String.self).unicodeScalars))
                    }
                }
                #expect(found.count == 1)
                #expect(found.first?.0 == id)
                #expect(found.first?.1 == Array(text.unicodeScalars))
            }
        }
    }

    @Test func aMegabyte() async throws {
        try await expectRoundTrips([String(repeating: "한a𝄞", count: 131_072)], .text, findable: false)
        try await expectRoundTrips(
            [(0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 7) }],
            .bytes,
            findable: false
        )
    }

    @Test func integers() async throws {
        try await expectRoundTrips([0, 1, -1, .max, .min] as [Int32], .integer)
        let large: [Int64] = [
            0, 1, -1, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1, 1 << 31, -(1 << 31) - 1, .max, .max - 1, .min,
        ]
        try await expectRoundTrips(large, .bigint)
        try await expectRoundTrips([true, false], .boolean)
    }

    @Test func doubles() async throws {
        try await expectRoundTrips(
            [
                0, 1, -1, 0.1, -0.1, .pi, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
                .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity, .ulpOfOne, 1 / 3,
                9_007_199_254_740_992,
                1e15, 123_456_789_012_345_680, 9.3e18, -9.3e18, 1e300, 4.9e-300,
            ] as [Double],
            .double
        )
        try await withDatabase(table(.double)) { database in
            try await database.write { tx in
                try await tx.execute("INSERT INTO stored VALUES (1, \(-0.0), \(Double?.none))")
            }
            let zero = try await database.read { try await $0.first("SELECT value FROM stored", as: Double.self) }
            #expect(zero?.sign == .plus)
        }
    }

    @Test func instants() async throws {
        let texts = [
            "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2026-11-21T08:30:00.123456+09:00",
            "0001-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2000-01-01T00:00:00Z",
            "1999-12-31T23:59:59.999999Z",
            "2024-02-29T12:00:00.000001-11:30",
        ]
        let bounds: [Int64] = [.max, .max - 1, .min, earliestOnServers, earliestOnServers + 1]
        try await expectRoundTrips(
            texts.compactMap(Instant.init) + bounds.map(Instant.init(microsecondsSince1970:)),
            .instant
        )
        #expect(texts.compactMap(Instant.init).count == texts.count)
    }

    @Test func dates() async throws {
        let texts = [
            "0000-01-01", "0000-02-29", "0001-01-01", "0004-02-29", "1582-10-10", "1900-02-28", "1969-12-31",
            "1970-01-01", "2000-01-01",
            "2000-02-29", "2024-02-29", "9999-12-31",
        ]
        try await expectRoundTrips(texts.compactMap(LocalDate.init), .date)
        #expect(texts.compactMap(LocalDate.init).count == texts.count)
    }

    @Test func bytes() async throws {
        try await expectRoundTrips(
            [[], [0], [0, 0], Array(0...255), [0xff, 0xfe], Array("\\x41".utf8)] as [[UInt8]],
            .bytes
        )
        try await withDatabase(table(.bytes)) { database in
            try await database.write { tx in
                try await tx.execute("INSERT INTO stored VALUES (1, \([UInt8]()), \([UInt8]?.none))")
            }
            let kept = try await database.cells("SELECT value, optional, length(value) FROM stored")
            #expect(kept == [[Cell(sqlValue: .bytes([])), nil, 0]])
        }
    }

    @Test func money() async throws {
        struct Priced: Codable, Equatable {
            let value: Money
            let optional: Money?
        }
        let won = try #require(Currency("KRW"))
        let euro = try #require(Currency("EUR"))
        let amounts = [Int64.min, -1, 0, 1, .max].flatMap {
            [Money(minorUnits: $0, currency: won), Money(minorUnits: $0, currency: euro)]
        }
        try await withDatabase(table(.money)) { database in
            try await database.write { tx in
                for (id, amount) in amounts.enumerated() {
                    let other = id % 2 == 0 ? amount : nil
                    try await tx.execute(
                        """
                        INSERT INTO stored VALUES (\(id), \(amount.minorUnits), \(amount.currency), \(other?.minorUnits), \(other?.currency))
                        """
                    )
                }
            }
            let read = try await database.read { try await $0.all("SELECT * FROM stored ORDER BY id", as: Priced.self) }
            #expect(read == amounts.enumerated().map { Priced(value: $1, optional: $0 % 2 == 0 ? $1 : nil) })
            let sums = try await database.cells(
                "SELECT value_currency, sum(value), count(*) FROM stored WHERE value IN (-1, 1) GROUP BY value_currency ORDER BY 1"
            )
            #expect(sums == [["EUR", 0, 2], ["KRW", 0, 2]])
        }
    }

    @Test func bytesAsTheyAreStored() async throws {
        try await withDatabase([library]) { database in
            let parts = try await database.read { tx in
                try await tx.rows(
                    "SELECT title, bought, \([UInt8]([0, 255])), author_id, '' FROM books WHERE id = 4"
                ) { row in
                    var parts: [[UInt8]] = []
                    for index in 0..<row.count { parts.append(try row.withBytes(index) { Array($0) }) }
                    return parts
                }
            }
            #expect(parts == [[Array("노래 𝄞".utf8), Array("9999-12-31".utf8), [0, 255], [], []]])
            let number = await databaseError {
                try await database.read { tx in
                    try await tx.rows("SELECT pages FROM books") { row in try row.withBytes(0) { $0.count } }
                }
            }
            #expect(number?.code == .typeMismatch)
        }
    }

    @Test func aNullOfEveryType() async throws {
        for type in ColumnType.allCases {
            try await withDatabase(table(type)) { database in
                let error = await databaseError {
                    try await database.write { tx in
                        let columns: SQL = type == .money ? "(id, value, value_currency)" : "(id, value)"
                        let nulls: SQL = type == .money ? "\(Int?.none), \(String?.none)" : "\(Int?.none)"
                        try await tx.execute("INSERT INTO stored \(columns) VALUES (1, \(nulls))")
                    }
                }
                #expect(error?.code == .constraintViolated(.notNull), "\(type)")
            }
        }
    }
}

/// The first instant that servers hold: the end of 4714 BC, in microseconds since 1970.
let earliestOnServers: Int64 = -211_813_488_000_000_000 + 946_684_800_000_000
