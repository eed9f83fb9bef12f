import PandoDatabase

/// The tables of messaging.
enum MessageSchema {
    static let migrations = [
        Migration(1, "the log of messages and the places of its groups") {
            CreateTable("pando_messages", sharding: .by("topic")) {
                Column("topic", .text)
                Column("sequence", .bigint)
                Column("id", .identifier)
                Column("key", .text, .nullable)
                Column("published_at", .instant)
                Column("due_at", .instant, .nullable)
                Column("headers", .text, .nullable)
                Column("payload", .bytes)
                PrimaryKey("topic", "sequence")
            }
            CreateTable("pando_message_groups", sharding: .by("topic")) {
                Column("topic", .text)
                Column("group_name", .text)
                Column("cursor", .bigint)
                Column("created_at", .instant)
                Column("seen_at", .instant)
                PrimaryKey("topic", "group_name")
            }
        },
        Migration(2, "messages set aside by a group") {
            CreateTable("pando_message_deliveries", sharding: .by("topic")) {
                Column("topic", .text)
                Column("sequence", .bigint)
                Column("group_name", .text)
                Column("key", .text, .nullable)
                Column("attempt", .integer)
                Column("due_at", .instant)
                Column("owner", .identifier, .nullable)
                Column("reason", .text, .nullable)
                PrimaryKey("topic", "sequence", "group_name")
            }
            CreateIndex(
                "pando_message_deliveries_due",
                on: "pando_message_deliveries",
                "topic",
                "group_name",
                "due_at",
                "sequence"
            )
            // Holds every column that decides whether a key is held up, or the planner prefers the primary key's first.
            CreateIndex(
                "pando_message_deliveries_key",
                on: "pando_message_deliveries",
                "topic",
                "group_name",
                "key",
                "sequence",
                "attempt",
                "due_at",
                "owner"
            )
        },
        Migration(3, "the inbox and the dead letters") {
            CreateTable("pando_message_inbox", sharding: .by("group_name")) {
                Column("group_name", .text)
                Column("message_id", .identifier)
                Column("handled_at", .instant)
                PrimaryKey("group_name", "message_id")
            }
            CreateTable("pando_dead_letters", sharding: .by("topic")) {
                Column("topic", .text)
                Column("group_name", .text)
                Column("message_id", .identifier)
                Column("sequence", .bigint)
                Column("key", .text, .nullable)
                Column("attempts", .integer)
                Column("reason", .text)
                Column("published_at", .instant)
                Column("died_at", .instant)
                Column("headers", .text, .nullable)
                Column("payload", .bytes)
                PrimaryKey("topic", "group_name", "message_id")
            }
            CreateIndex("pando_dead_letters_by_time", on: "pando_dead_letters", "died_at", "message_id")
        },
        Migration(4, "schedules") {
            CreateTable("pando_schedules", sharding: .reference) {
                Column("name", .text)
                Column("rule", .text)
                Column("fires_at", .instant)
                Column("due_at", .instant)
                Column("failures", .integer)
                Column("reason", .text, .nullable)
                PrimaryKey("name")
            }
        },
    ]
}
