/// How often the state of an aggregate is stored, and how it is coded.
///
/// A snapshot only saves time. One that was written under another schema, or that no longer decodes, is left out and
/// the events are replayed instead; the next one replaces it.
public struct SnapshotPolicy<A: Aggregate>: Sendable {
    /// Number of events after which a new snapshot is stored, at least 1.
    let interval: Int
    /// The version of the state's coding.
    let schemaVersion: Int
    let encode: @Sendable (A) throws -> String
    let decode: @Sendable (String) throws -> A
}

extension SnapshotPolicy where A: Codable {
    /// Stores the state with every `interval` events, through its own coding.
    /// - Parameters:
    ///   - interval: at least 1. A hundred suits events of a few hundred bytes.
    ///   - schemaVersion: raise it with every change to the state or to how events make it, so that old snapshots are
    ///     not used.
    public static func every(_ interval: Int, schemaVersion: Int = 1) -> SnapshotPolicy {
        precondition(interval >= 1, "a snapshot needs an interval of at least one event")
        return SnapshotPolicy(
            interval: interval,
            schemaVersion: schemaVersion,
            encode: { try EventCodec.encode($0) },
            decode: { try EventCodec.decode(A.self, from: $0) }
        )
    }
}
