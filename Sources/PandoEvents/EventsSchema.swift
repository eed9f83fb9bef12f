public import PandoDatabase

/// The tables of this module, owned by Pando.
package enum EventsSchema {
    /// The steps of the schema, for the node to apply before those of the domains.
    package static let migrations: [Migration] = [
        Migration(1, "create events, snapshots and projections") {
            CreateTable("pando_events", sharding: .by("stream")) {
                Column("category", .text)
                Column("stream", .text)
                Column("version", .bigint)
                Column("position", .bigint)
                Column("id", .identifier)
                Column("type", .text)
                Column("schema_version", .bigint)
                Column("recorded_at", .instant)
                Column("correlation_id", .identifier, .nullable)
                Column("causation_id", .identifier, .nullable)
                Column("payload", .json)
                PrimaryKey("category", "stream", "version")
            }
            CreateIndex("pando_events_by_position", on: "pando_events", "position")
            CreateIndex("pando_events_by_id", on: "pando_events", "id")
            CreateTable("pando_event_sequence", sharding: .by("id")) {
                Column("id", .bigint)
                Column("position", .bigint)
                PrimaryKey("id")
            }
            Execute("INSERT INTO pando_event_sequence (id, position) VALUES (1, 0)")
            CreateTable("pando_snapshots", sharding: .by("stream")) {
                Column("category", .text)
                Column("stream", .text)
                Column("schema_version", .bigint)
                Column("version", .bigint)
                Column("taken_at", .instant)
                Column("state", .json)
                PrimaryKey("category", "stream")
            }
            CreateTable("pando_projections", sharding: .by("name")) {
                Column("name", .text)
                Column("generation", .bigint)
                Column("state", .text)
                Column("version", .bigint)
                Column("shape", .text)
                Column("position", .bigint)
                Column("source_after", .identifier, .nullable)
                Column("failure", .text, .nullable)
                Column("failed_position", .bigint, .nullable)
                Column("attempts", .bigint)
                Column("updated_at", .instant)
                PrimaryKey("name", "generation")
                Check("state IN ('building', 'live', 'retired')")
            }
        }
    ]
}

extension EventStore {
    /// Makes the tables of events, snapshots, projections and search indexes, or brings them up to date. A node does this by
    /// itself; call it once at start-up where the store is used without one.
    ///
    /// - Throws: `DatabaseError`, `schemaMismatch` where a newer version has made them.
    public static func migrate(_ database: Database) async throws {
        try await database.migrateSystem("events", EventsSchema.migrations)
    }
}
