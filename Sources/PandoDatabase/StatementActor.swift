/// On whose behalf statements run; part of the key of statement caches, since permissions are checked at preparation.
enum StatementActor: Hashable {
    /// Pando itself: every table, any statement.
    case system
    /// The program, without a domain: every table but `pando_` ones.
    case program
    /// One domain: its own tables.
    case domain(String)
    /// A migration of a domain: its own tables, and schema changes to them.
    case migration(String)
}
