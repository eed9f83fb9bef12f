import Testing

/// The database block on a real server that is killed, frozen, full, slow and cut off; one server for all, one test at a time.
@Suite(.serialized, .privateServer(maximumConnections: 12)) enum PostgresTests {}
