/// What to do about keys that people write in a place where they mean nothing.
extension TopologyReader {
    static let engineKeys = ["database", "sessions", "cache", "queue", "search"]

    /// Engines at the top of the file.
    static let misplacedEngines = Dictionary(
        uniqueKeysWithValues: engineKeys.map { ($0, "write it under 'engines': 'engines: {\($0): …}'") }
    )

    /// What a program must know to be let into a server, and must not stand in a file that is kept with the code.
    static let databaseHints: [String: String] = {
        var hints = [
            "host": "write 'address', such as 'address: db.internal:5432'",
            "port": "write 'address', such as 'address: db.internal:5432'",
            "url": "write 'address', such as 'address: db.internal:5432'; \(elsewhere)",
        ]
        let variables = [
            (["password", "pass"], "PASSWORD"), (["user", "username", "role"], "USER"),
            (["name", "dbname", "database"], "NAME"), (["tls", "ssl", "sslmode"], "TLS"),
            (["ca", "sslrootcert"], "CA"),
        ]
        for (keys, variable) in variables {
            let secret = variable == "PASSWORD" ? "a secret has no place in this file: " : ""
            let remedy =
                "\(secret)set it in the environment as \(app)_DATABASE_\(variable), or in a file "
                + "'database-\(variable.lowercased())' in the secrets folder; \(capitals)"
            for key in keys { hints[key] = remedy }
        }
        return hints
    }()

    /// Where the rest of a server's address belongs.
    static let elsewhere =
        "user, password and database are set in the environment: \(app)_DATABASE_USER, \(app)_DATABASE_PASSWORD, "
        + "\(app)_DATABASE_NAME; \(capitals)"

    private static let app = "APP"
    private static let capitals = "APP is the app's name in capitals"
}
