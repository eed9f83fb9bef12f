extension ServiceTemplate {
    /// The executable: the command line of the app.
    var main: String {
        """
        import \(name.library)
        import PandoCommands

        @main
        enum Main {
            static func main() async { await \(name.type).main() }
        }

        """
    }

    /// The app.
    var app: String {
        """
        public import Pando

        /// The service: its name and what it consists of.
        public struct \(name.type): App {
            public static let name = "\(name.package)"

            public init() {}

            public var domains: [any Domain] { [Entries()] }
        }

        """
    }

    /// What is stored and told.
    var model: String {
        """
        import Hummingbird
        import PandoDatabase
        import PandoMessaging

        /// What a guest wrote.
        struct Entry: Codable, ResponseEncodable {
            let id: Identifier
            let author: String
            let text: String
            let written: Instant
        }

        /// What a guest sends.
        struct NewEntry: Decodable {
            let author: String
            let text: String
        }

        /// How much a guest has written.
        struct Author: Codable, ResponseEncodable {
            let name: String
            let entries: Int
        }

        /// Told to others when an entry is written.
        struct EntryWritten: Message {
            static let topic = "entry-written"
            let author: String
        }

        """
    }

    /// The domain.
    var domain: String {
        #"""
        import Hummingbird
        import Pando
        import PandoDatabase
        import PandoMessaging

        /// The entries of the guest book and who wrote them.
        struct Entries: Domain {
            static let name = "entries"

            func register(_ domain: inout DomainBuilder) throws {
                let database = domain.database
                domain.migrations { Entries.firstMigration }

                domain.routes { router in
                    router.get("/") { _, _ in "A guest book: GET and POST /api/entries, GET /api/authors\n" }
                    router.get("api/entries") { _, _ in
                        try await database.read { tx in
                            try await tx.all("SELECT id, author, text, written FROM entries ORDER BY id DESC LIMIT 50", as: Entry.self)
                        }
                    }
                    router.get("api/authors") { _, _ in
                        try await database.read { tx in
                            try await tx.all("SELECT name, entries FROM authors ORDER BY entries DESC, name LIMIT 50", as: Author.self)
                        }
                    }
                    router.post("api/entries") { request, context in
                        let new = try await request.decode(as: NewEntry.self, context: context)
                        var check = ValidationError()
                        check.require((1...100).contains(new.author.count), "author", "must have 1 to 100 characters")
                        check.require((1...2_000).contains(new.text.count), "text", "must have 1 to 2000 characters")
                        try check.throwIfNeeded()
                        let entry = Entry(id: Identifier(), author: new.author, text: new.text, written: .now)
                        try await database.write { tx in
                            try await tx.execute(
                                """
                                INSERT INTO entries (id, author, text, written)
                                VALUES (\(entry.id), \(entry.author), \(entry.text), \(entry.written))
                                """)
                            // Told if and only if this transaction commits.
                            try await tx.publish(EntryWritten(author: entry.author), key: entry.author)
                        }
                        return EditedResponse(status: .created, response: entry)
                    }
                }

                // Takes effect exactly once for each entry, whatever is restarted in between.
                try domain.consume(EntryWritten.self, as: "authors") { message, tx in
                    try await tx.execute(
                        """
                        INSERT INTO authors (name, entries) VALUES (\(message.author), 1)
                        ON CONFLICT (name) DO UPDATE SET entries = authors.entries + 1
                        """)
                }
            }

            private static let firstMigration = Migration(1, "create entries and authors") {
                CreateTable("entries", sharding: .by("id")) {
                    Column("id", .identifier)
                    Column("author", .text)
                    Column("text", .text)
                    Column("written", .instant)
                    PrimaryKey("id")
                }
                CreateTable("authors", sharding: .by("name")) {
                    Column("name", .text)
                    Column("entries", .integer)
                    PrimaryKey("name")
                }
            }
        }

        """#
    }

    /// Tests of the domain.
    var tests: String {
        #"""
        import PandoTesting
        import Testing

        @testable import \#(name.library)

        /// Each test runs the service on an empty database of its own.
        @Suite(.timeLimit(.minutes(1))) struct EntriesTests {
            @Test func anEntryIsStoredAndItsAuthorCounted() async throws {
                try await withService(\#(name.type)()) { service in
                    let answer = try await service.post("/api/entries", json: ["author": "Ada", "text": "Hello"])
                    #expect(answer.status == 201)
                    let written = try answer.json(Entry.self)
                    let entries = try await service.get("/api/entries").json([Entry].self)
                    #expect(entries.map(\.id) == [written.id])
                    // Consumers work after the answer.
                    try await service.becomesQuiet()
                    let authors = try await service.get("/api/authors").json([Author].self)
                    #expect(authors.map(\.entries) == [1])
                }
            }

            @Test func anEntryWithoutAnAuthorIsRefused() async throws {
                try await withService(\#(name.type)()) { service in
                    let answer = try await service.post("/api/entries", json: ["author": "", "text": "Hello"])
                    #expect(answer.status == 422)
                    #expect(try await service.get("/api/entries").text == "[]")
                }
            }
        }

        """#
    }
}
