/// The tables of the database block itself.
enum DatabaseTables {
    static let migrations = [
        Migration(1, "create the table of idempotency keys") {
            CreateTable("pando_idempotency", sharding: .by("scope")) {
                Column("scope", .text)
                Column("key", .text)
                Column("fingerprint", .bytes)
                Column("result", .json)
                Column("created_at", .instant)
                PrimaryKey("scope", "key")
            }
            CreateIndex("pando_idempotency_by_age", on: "pando_idempotency", "created_at")
        }
    ]
}
