import PandoDatabase
import TestSupport
import Testing

/// Columns of JSON keep the text byte for byte and refuse what is no JSON, the same on every engine.
@Suite struct JSONColumnTests {
    static let documents = DomainMigrations(
        domain: "documents",
        [
            Migration(1, "create documents") {
                CreateTable("documents", sharding: .reference) {
                    Column("id", .bigint)
                    Column("body", .json)
                    PrimaryKey("id")
                }
            }
        ]
    )

    @Test func textIsKeptByteForByte() async throws {
        let nested = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        let texts = [
            #"{"b":1,"a":2,"b":3}"#, " { \"a\" :\n\t[ 1 , 2.50, 1E+2, -0 ] }\r\n", #""\u00e9\ud834\udd1e\n\/""#, "null",
            "true", "0", "-1.5e-10",
            "\"\"", "[]", "{}", "\"한글 𝄞 \u{2028}\"", "123456789012345678901234567890.123456789", #"{"":{"a":[{}]}}"#,
            #""\u0000""#, nested,
        ]
        try await withDatabase([Self.documents]) { database in
            try await database.write(limit: .seconds(30)) { tx in
                for (id, text) in texts.enumerated() {
                    try await tx.execute("INSERT INTO documents VALUES (\(id), \(JSONText(text)))")
                }
            }
            let read = try await database.read { tx in
                try await tx.rows("SELECT body FROM documents ORDER BY id") { try $0.get(0, as: JSONText.self).text }
            }
            #expect(read.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
        }
    }

    @Test func whatIsNoJSONIsRefused() async throws {
        let texts = [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "1.", ".5", "+1", "NaN", "Infinity", "tru",
            "nulls", "[1] 2", "\"a\nb\"",
            "\"\\x41\"", "\"\\u12\"", "\"open", "{\"a\" 1}", "{1:2}", "// a\n1", "\u{feff}1", "\u{a0}1", "[1 2]", "-",
            "1e", "\"\t\"", "]", "{\"a\"}",
        ]
        try await withDatabase([Self.documents]) { database in
            for text in texts {
                let error = await databaseError {
                    try await database.write {
                        try await $0.execute("INSERT INTO documents VALUES (1, \(JSONText(text)))")
                    }
                }
                #expect(error?.code == .constraintViolated(.check), "\(text)")
            }
        }
    }
}
