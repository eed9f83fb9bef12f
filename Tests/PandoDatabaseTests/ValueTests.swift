import PandoDatabase
import TestSupport
import Testing

@Suite struct ValueTests {
    static let everything = DomainMigrations(
        domain: "values",
        [
            Migration(1, "create everything") {
                CreateTable("everything", sharding: .by("id")) {
                    Column("id", .identifier)
                    Column("text_value", .text)
                    Column("small", .integer)
                    Column("large", .bigint)
                    Column("flag", .boolean)
                    Column("ratio", .double)
                    Column("price", .money)
                    Column("created_at", .instant)
                    Column("night", .date)
                    Column("document", .json)
                    Column("blob", .bytes)
                    Column("note", .text, .nullable)
                    PrimaryKey("id")
                }
            }
        ]
    )

    struct Address: Codable, Equatable { var street: String; var lines: [Int] }

    struct Everything: Codable, Equatable {
        var id: Identifier
        var textValue: String
        var small: Int32
        var large: Int64
        var flag: Bool
        var ratio: Double
        var price: Money
        var createdAt: Instant
        var night: LocalDate
        var document: Address
        var blob: [UInt8]
        var note: String?
    }

    static let samples: [Everything] = {
        let won = Currency("KRW")!  // Three upper-case letters.
        let base = Everything(
            id: Identifier(),
            textValue: "",
            small: .min,
            large: .min,
            flag: false,
            ratio: -0.0,
            price: Money(minorUnits: .min, currency: won),
            createdAt: Instant(microsecondsSince1970: .min),
            night: LocalDate("0000-01-01")!,  // Exists.
            document: Address(street: "", lines: []),
            blob: [],
            note: nil
        )
        var full = base
        full.id = Identifier()
        full.textValue = "한글 ひらがな 𝄞 e\u{301} \u{1F469}\u{200D}\u{1F680} '\"\\; DROP TABLE"
        full.small = .max
        full.large = .max
        full.flag = true
        full.ratio = .greatestFiniteMagnitude
        full.price = Money(minorUnits: .max, currency: won)
        full.createdAt = Instant(microsecondsSince1970: .max)
        full.night = LocalDate("9999-12-31")!  // Exists.
        full.document = Address(street: "서울 \u{1F3E8}", lines: [1, 2])
        full.blob = Array(0...255)
        full.note = ""
        return [base, full]
    }()

    @Test(arguments: samples) func everyTypeRoundTrips(_ value: Everything) async throws {
        try await withDatabase([Self.everything]) { database in
            try await database.write { tx in
                let document = try JSONText(encoding: value.document)
                try await tx.execute(
                    """
                    INSERT INTO everything VALUES (\(value.id), \(value.textValue), \(value.small), \(value.large), \(value.flag),
                        \(value.ratio), \(value.price.minorUnits), \(value.price.currency), \(value.createdAt), \(value.night),
                        \(document), \(value.blob), \(value.note))
                    """
                )
            }
            let read = try await database.read { try await $0.first("SELECT * FROM everything", as: Everything.self) }
            #expect(read == value)
            #expect(read?.ratio.sign == .plus)
        }
    }

    @Test func whatNoEngineStoresIsRefused() async throws {
        try await withDatabase { database in
            let nul = await databaseError {
                try await database.read { try await $0.first("SELECT \("a\0b")", as: String.self) }
            }
            #expect(nul?.code == .valueRefused)
            let nan = await databaseError {
                try await database.read { try await $0.first("SELECT \(Double.nan)", as: Double.self) }
            }
            #expect(nan?.code == .valueRefused)
        }
    }

    @Test func columnsRefuseOtherTypes() async throws {
        try await withDatabase(bank) { database in
            let error = await databaseError {
                try await database.write { try await $0.execute("INSERT INTO accounts VALUES (1, \("many"))") }
            }
            #expect(error?.code == .constraintViolated(.dataType))
        }
    }

    @Test func listsExpandForIn() async throws {
        try await withDatabase(bank) { database in
            try await database.write { tx in
                for id in 0..<10 { try await tx.execute("INSERT INTO accounts VALUES (\(id), 0)") }
            }
            let some = try await database.read { tx in
                try await tx.all("SELECT id FROM accounts WHERE id IN \([3, 5, 99]) ORDER BY id", as: Int.self)
            }
            #expect(some == [3, 5])
            let none = try await database.read { tx in
                try await tx.all("SELECT id FROM accounts WHERE id IN \([Int]())", as: Int.self)
            }
            #expect(none.isEmpty)
        }
    }

    @Test func likeTellsCaseApart() async throws {
        try await withDatabase { database in
            let matches = try await database.read { try await $0.first("SELECT 'Seoul' LIKE 'seoul'", as: Bool.self) }
            #expect(matches == false)
        }
    }

    @Test func identifiersAreOrderedByTheirMaking() {
        let made = (0..<10_000).map { _ in Identifier() }
        #expect(made == made.sorted())
        #expect(Set(made).count == made.count)
        for identifier in made.prefix(100) {
            #expect(Identifier(identifier.description) == identifier)
            #expect(Identifier(bytes: identifier.bytes) == identifier)
            #expect(identifier.description.dropFirst(14).first == "7")
        }
        #expect(Identifier("0192f5a0-0000-7000-8000-00000000000g") == nil)
        #expect(Identifier("short") == nil)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-21", 20_778), ("1969-12-31", -1), ("0000-01-01", -719_528),
    ])
    func datesCountDays(_ text: String, _ days: Int) throws {
        let date = try #require(LocalDate(text))
        #expect(date.daysSince1970 == days)
        #expect(LocalDate(daysSince1970: days).description == text)
    }

    @Test(arguments: [
        "2023-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "20261121", "2026-11-31", "-001-01-01", "",
    ])
    func datesThatDoNotExistAreRefused(_ text: String) {
        #expect(LocalDate(text) == nil)
    }

    @Test(arguments: [
        ("2026-11-21T08:30:00Z", 1_795_249_800_000_000), ("2026-11-21T17:30:00.25+09:00", 1_795_249_800_250_000),
        ("1969-12-31T23:59:59.999999Z", -1),
    ])
    func instantsParseRFC3339(_ text: String, _ microseconds: Int64) throws {
        let instant = try #require(Instant(text))
        #expect(instant.microsecondsSince1970 == microseconds)
        #expect(Instant(instant.description) == instant)
    }

    @Test(arguments: ["2026-11-21", "2026-11-21T25:00:00Z", "2026-11-21T08:30:00", "2026-11-21T08:30:00.Z", "x"])
    func textsThatAreNoInstantAreRefused(_ text: String) {
        #expect(Instant(text) == nil)
    }

    /// Values that PostgreSQL 15 gives for `hashint8extended(v, 0) & 1023`.
    @Test(
        arguments: [
            (0, 175), (1, 838), (-1, 330), (42, 712), (4_611_686_018_427_387_904, 950), (.min, 531),
            (1_234_567_890_123, 845),
        ] as [(Int64, Int)]
    )
    func bucketsAreThoseOfPostgreSQL(_ value: Int64, _ bucket: Int) {
        #expect(ShardKey(value).bucket == bucket)
    }
}
