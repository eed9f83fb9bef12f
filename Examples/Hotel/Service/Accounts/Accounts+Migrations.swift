import PandoDatabase

extension Accounts {
    static let migrations = [
        Migration(1, "create accounts") {
            // By e-mail, since that is what a login brings, and what must be unique.
            CreateTable("accounts", sharding: .by("email")) {
                Column("email", .text)
                Column("id", .identifier)
                Column("name", .text)
                Column("language", .text)
                Column("password_hash", .text)
                Column("created_at", .instant)
                PrimaryKey("email")
            }
        }
    ]
}
