/// Where the numbers of a database on a server begin: a row of its own that moves with it from server to server.
///
/// A server numbers its transactions and the places in its log by itself. A database that comes to another server by a backup
/// finds lower numbers there than those it has given out. What is added here makes up for it.
struct PostgresOrigin: Equatable, Sendable {
    /// How often the database was restored or moved. It is the upper half of a position's timeline, above the server's own.
    var incarnation: Int64 = 0
    /// What is added to the numbers of the server's transactions; see ``LogNumbers``.
    var transaction: Int64 = 0
    /// The server whose numbers those are added to, by the identifier that it was given when it was made; 0 where the server
    /// does not tell it.
    var cluster: Int64 = 0

    /// How many transactions a server may have made after a backup or a move, of which nothing is known: a thousand a second for
    /// twelve days. A database may move some thousand times before its numbers are used up.
    static let margin: Int64 = 1 << 30

    /// The statement that makes its table. Databases of earlier versions have none, and get theirs when they are opened.
    static func table(in schema: String) -> String {
        """
        CREATE TABLE IF NOT EXISTS \(schema.quotedIdentifier).pando_origin (
            singleton integer PRIMARY KEY CHECK (singleton = 1), incarnation bigint NOT NULL, transaction bigint NOT NULL,
            cluster bigint NOT NULL
        )
        """
    }

    /// The timeline of positions, on a server with this one.
    func timeline(on server: Int64) -> Int64 { incarnation << 32 | server }

    /// Makes the numbers of transactions from the running one on greater than some others.
    ///
    /// - Parameters:
    ///   - floor: The first number that none of them may be below.
    ///   - running: The server's own number of the running transaction.
    mutating func rise(to floor: Int64, at running: Int64) {
        transaction = max(transaction, floor - running)
    }
}
