public import PandoDatabase
import Synchronization

/// A session in memory, shared by all requests of it. What moves with each request is atomic; the rest never changes.
final class SessionRecord: Sendable, CacheWeighable {
    let key: SessionKey
    let id: Identifier
    let subject: String?
    let data: [String: String]
    let createdAt: Instant
    /// The absolute end.
    let endsAt: Instant
    /// The last request, in microseconds since 1970.
    private let seen: Atomic<Int64>
    /// The last request that is stored or on its way there.
    private let storedSeen: Atomic<Int64>
    private let lastPosition: Mutex<Position?>

    init(
        key: SessionKey,
        id: Identifier,
        subject: String?,
        data: [String: String],
        createdAt: Instant,
        endsAt: Instant,
        seenAt: Instant,
        position: Position?
    ) {
        self.key = key
        self.id = id
        self.subject = subject
        self.data = data
        self.createdAt = createdAt
        self.endsAt = endsAt
        seen = Atomic(seenAt.microsecondsSince1970)
        storedSeen = Atomic(seenAt.microsecondsSince1970)
        lastPosition = Mutex(position)
    }

    var seenAt: Instant { Instant(microsecondsSince1970: seen.load(ordering: .relaxed)) }

    var position: Position? { lastPosition.withLock { $0 } }

    var heapBytes: Int { 160 + subject.heapBytes + data.heapBytes }

    /// When the session ends if no further request comes.
    func expiry(idle: Duration) -> Instant { min(endsAt, seenAt + idle) }

    /// Notes a request. The wall clock may step back; the last request does not.
    ///
    /// - Returns: Whether the stored time is due; true to one caller only.
    func touch(_ now: Instant, interval: Duration) -> Bool {
        let time = now.microsecondsSince1970
        if time > seen.load(ordering: .relaxed) { seen.store(time, ordering: .relaxed) }
        let stored = storedSeen.load(ordering: .relaxed)
        guard time - stored >= interval.microseconds else { return false }
        return storedSeen.compareExchange(expected: stored, desired: time, ordering: .relaxed).exchanged
    }

    /// Moves the position forward; never back.
    ///
    /// - Returns: Whether it moved.
    func advance(to position: Position) -> Bool {
        lastPosition.withLock { last in
            if let last, last >= position { return false }
            last = position
            return true
        }
    }

    /// Takes over what another copy of the session knows that is not stored yet.
    func adopt(_ other: SessionRecord) {
        let time = other.seen.load(ordering: .relaxed)
        if time > seen.load(ordering: .relaxed) { seen.store(time, ordering: .relaxed) }
        if let position = other.position { _ = advance(to: position) }
    }
}

/// A client's session as a request sees it.
public struct Session: Sendable {
    let record: SessionRecord

    /// Names the session where its owner lists and ends sessions. No secret: it opens nothing.
    public var id: Identifier { record.id }

    /// Who is logged in; nil before a login.
    public var subject: String? { record.subject }

    /// Small strings of the service. Changed by ``SessionStore/update(_:data:)``.
    public var data: [String: String] { record.data }

    /// When it began.
    public var createdAt: Instant { record.createdAt }

    /// When it ends whatever happens.
    public var endsAt: Instant { record.endsAt }

    /// Its last request that this process knows of.
    public var seenAt: Instant { record.seenAt }

    /// The place in the database's log of its last write: its reads see at least that. See
    /// ``SessionStore/advance(_:to:)``.
    public var position: Position? { record.position }
}
