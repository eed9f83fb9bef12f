public import PandoDatabase

/// Something that ``Projections`` keeps up: a projection, or an index that can be made again from the domain's own
/// tables.
public struct ReadModel: Sendable {
    /// The name at rest.
    public let name: String
    let database: Database
    let feed: @Sendable (EventStore) -> any ReadModelFeed

    /// A projection, also one that fills a search index.
    /// - Parameters:
    ///   - projection: what turns events into tables.
    ///   - database: the handle of the domain that owns the projection's tables.
    public static func projection(_ projection: some Projection, on database: Database) -> ReadModel {
        checkName(projection.name)
        precondition(projection.version >= 1, "projection \(projection.name) needs a version of at least 1")
        return ReadModel(name: projection.name, database: database) { EventFeed(projection, $0) }
    }

    /// An index that the domain itself puts documents into.
    /// - Parameters:
    ///   - index: the index.
    ///   - database: the handle of the domain that owns what `source` reads.
    ///   - source: how a rebuild finds all documents again; without it the index cannot be rebuilt, and its fields
    ///     cannot change.
    public static func index(
        _ index: SearchIndex,
        on database: Database,
        source: SearchIndex.Source? = nil
    ) -> ReadModel {
        ReadModel(name: index.name, database: database) { _ in SourceFeed(index: index, source: source) }
    }

    static func checkName(_ name: String) {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        precondition(
            (1...40).contains(name.utf8.count) && letters.contains(name.utf8.first ?? 0)
                && name.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") },
            "the name \"\(name)\" must be 1 to 40 of a-z, 0-9 and _, a letter first"
        )
    }
}

/// How the generations of a read model are made and filled.
protocol ReadModelFeed: Sendable {
    var name: String { get }
    var version: Int { get }
    /// What readers and writers of the stored rows must agree on.
    var shape: String { get }
    /// Whether the live generation is filled from the feed, too; false if the domain fills it.
    var follows: Bool { get }
    /// Whether a new generation can be filled at all; if not, the first one is live at once and stays.
    var canBuild: Bool { get }
    /// Whether a generation has tables of its own that go with it.
    var ownsTables: Bool { get }

    /// Makes an empty generation.
    func prepare(_ generation: Int, in tx: Transaction) async throws
    /// Takes a generation away that nobody reads any more.
    func discard(_ generation: Int, in tx: Transaction) async throws
    /// Makes a generation that was just filled quick to read.
    func settle(_ generation: Int, in tx: Transaction) async throws
    /// Looks for work without doing any.
    func pending(after position: Int, in tx: ReadTransaction) async throws -> PendingWork
    /// How many events wait after a position, counted up to a bound.
    func lag(after position: Int, upTo bound: Int, in tx: ReadTransaction) async throws -> Int
    /// What the transactions may see that fill it.
    var isolation: IsolationLevel { get }
    /// Does the next batch for a generation that this transaction has claimed.
    /// - Parameters:
    ///   - limit: most events or documents taken.
    ///   - isExact: whether to wait for what one has enqueued before the next, so that a failure is known to be its own.
    func fill(_ record: ProjectionRecord, limit: Int, isExact: Bool, in tx: Transaction) async throws -> FilledBatch
}

/// Whether there is something to do.
struct PendingWork: Sendable {
    /// True if there is at least one event to apply.
    let hasWork: Bool
    /// There is nothing to apply up to this position.
    let through: Int
    /// The last position of the store.
    let head: Int
    /// Whether there is more that must not be taken before the transactions end which are in progress.
    var isUnsettled = false
}

/// What a batch came to.
struct FilledBatch: Sendable {
    /// The checkpoint behind it.
    let position: Int
    /// The last document taken from a source.
    var sourceAfter: Identifier?
    /// Number of events or documents taken.
    let count: Int
    /// Whether nothing is left to take, as this transaction sees it.
    let isComplete: Bool
    /// How many positions are left.
    let lag: Int
}

/// A failure at one event or document of a batch; those before it were fine, where it is exact.
struct FeedFailure: Error, CustomStringConvertible {
    /// How many were taken before it.
    let taken: Int
    /// The event's position; `nil` for a document.
    let position: Int?
    /// What failed, for a person.
    let place: String
    let underlying: any Error
    /// Whether no statement of one before it can have been what failed.
    let isExact: Bool

    var description: String { "\(place): \(underlying)" }
}
