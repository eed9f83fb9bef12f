public import Logging
public import PandoDatabase
public import ServiceLifecycle
import Synchronization

/// The sessions of a service: a table as the truth, and a cache in front of it.
///
/// ```swift
/// let (session, token) = try await sessions.create(subject: account.description)  // token goes into the cookie
/// …
/// guard let session = try await sessions.session(token: cookie) else { throw HTTPError(.unauthorized) }
/// let scope = PositionScope(session.position)
/// let response = try await scope.run { try await next(request) }
/// if let position = scope.position { try await sessions.advance(session, to: position) }
/// ```
///
/// **What a request costs.** A lookup is a SHA-256 and a cache hit; it writes nothing. The time of the last request is
/// written at most once in ``Configuration/touchInterval``, together with others', by ``run()``.
///
/// **Ends at once.** Ending, rotating and updating a session invalidate it in the same transaction: a lookup that begins
/// after they have returned does not find the old one.
///
/// **Position.** A session's last position rides in memory with it and is stored by the next round of ``run()``, within
/// about a second, so that neither reads nor writes pay a statement for it. A crash may lose it, together with all
/// replicas' need of it: this engine has one copy of the data, and after a restart that copy has every acknowledged
/// write. (An engine with replicas stores it before ``advance(_:to:)`` returns; that is why it is `async`.)
///
/// **Clocks.** Expiry is by the wall clock. If it steps back, sessions live longer by as much; if forward, they end.
public final class SessionStore: Service {
    let database: Database
    let configuration: Configuration
    let cache: Cache<SessionKey, SessionRecord>
    let logger: Logger
    let now: @Sendable () -> Instant
    let sleep: @Sendable (Duration) async throws -> Void
    private let randomBytes: @Sendable (Int) -> [UInt8]
    /// Sessions with a last request or position that is not stored yet.
    struct Pending {
        /// In line.
        var waiting: [SessionKey: SessionRecord] = [:]
        /// In the transaction under way: a session that is read meanwhile may not show them yet.
        var writing: [SessionKey: SessionRecord] = [:]
    }

    /// Locked before the position of a record, where both are.
    let pending = Mutex(Pending())

    /// The migrations of the table `pando_sessions`. ``open(database:configuration:logger:clock:now:randomBytes:)``
    /// applies them.
    package static let migrations = SessionTable.migrations

    /// Brings the table up to date and opens the store.
    ///
    /// - Parameters:
    ///   - database: Where the sessions are; its registry gets the metrics of the cache `sessions`.
    ///   - configuration: Times and bounds.
    ///   - logger: Takes failures of the upkeep, which nobody else can be told of.
    ///   - clock: Paces the upkeep and the cache.
    ///   - now: The wall clock, by which sessions expire.
    ///   - randomBytes: A cryptographically secure source for tokens.
    /// - Throws: `DatabaseError`.
    public static func open(
        database: Database,
        configuration: Configuration = Configuration(),
        logger: Logger = Logger(label: "pando.sessions"),
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Instant = { .now },
        randomBytes: @escaping @Sendable (Int) -> [UInt8] = SessionStore.secureRandomBytes
    ) async throws -> SessionStore {
        try await database.migrateSystem("sessions", migrations)
        return SessionStore(database, configuration, logger, clock, now, randomBytes)
    }

    private init(
        _ database: Database,
        _ configuration: Configuration,
        _ logger: Logger,
        _ clock: some Clock<Duration>,
        _ now: @escaping @Sendable () -> Instant,
        _ randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        configuration.check()
        self.database = database
        self.configuration = configuration
        self.logger = logger
        self.now = now
        self.randomBytes = randomBytes
        sleep = { try await clock.sleep(for: $0) }
        var caching = CacheConfiguration(maximumBytes: configuration.cacheBytes)
        caching.keepsNothing = database.isShared
        cache = Cache(
            "sessions",
            configuration: caching,
            metrics: database.metricsRegistry,
            logger: logger,
            clock: clock
        )
    }

    /// Bytes of the system's random generator, which is cryptographically secure.
    public static func secureRandomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in generator.next() }
    }

    /// The live session of a token; nil for one that has ended or expired, or never was.
    ///
    /// - Throws: `DatabaseError`, and `CacheError` with code `overloaded`.
    public func session(token: String) async throws -> Session? {
        guard let key = SessionKey(token: token) else { return nil }
        // Absence is not kept: a stranger's guesses must not fill the cache.
        let found = try await cache.valueIfPresent(for: key, ttl: configuration.cacheTTL, absentTTL: .zero) {
            try await self.load(key)
        }
        guard let record = found else { return nil }
        let time = now()
        guard time < record.expiry(idle: configuration.idleTimeout) else { return nil }
        if record.touch(time, interval: configuration.touchInterval) { enqueue(record) }
        return Session(record: record)
    }

    /// Notes the position of a session's write, so that its later reads see it. Never moves it back.
    ///
    /// - Throws: nothing on this engine; one that keeps sessions elsewhere throws where it cannot be reached.
    public func advance(_ session: Session, to position: Position) async throws {
        if session.record.advance(to: position) { enqueue(session.record) }
    }

    /// Puts a record in line to be stored, unless the line is full.
    func enqueue(_ record: SessionRecord) {
        pending.withLock { pending in
            let other = pending.waiting[record.key]
            guard pending.waiting.count < configuration.maximumPending || other != nil else { return }
            // A request may still hold the copy that was cached before; what it stores is not older for that.
            if let other, other !== record { record.adopt(other) }
            pending.waiting[record.key] = record
        }
    }

    private func unstored(_ key: SessionKey) -> [SessionRecord] {
        pending.withLock { [$0.writing[key], $0.waiting[key]].compactMap(\.self) }
    }

    private func load(_ key: SessionKey) async throws -> SessionRecord? {
        let time = now()
        let before = unstored(key)
        // What the row says of its expiry is old then; the record's own is looked at by the caller.
        let alive = before.isEmpty ? time : Instant(microsecondsSince1970: 0)
        let found = try await database.read(.strong) { tx in
            try await tx.system.rows(
                SessionTable.select(where: "token_hash = \(key.bytes)", now: alive, limit: 1),
                SessionTable.record
            )
        }
        guard let record = found.first else { return nil }
        for newer in before + unstored(key) { record.adopt(newer) }
        return record
    }

    /// A new session that is not stored yet, with its token.
    func make(subject: String?, data: [String: String], position: Position?) throws -> (SessionRecord, SessionToken) {
        try check(subject, data)
        let token = SessionToken(bytes: randomBytes(SessionToken.byteCount))
        guard let key = SessionKey(token: token.text) else { fatalError("a token of the wrong length") }
        let time = now()
        let record = SessionRecord(
            key: key,
            id: Identifier(),
            subject: subject,
            data: data,
            createdAt: time,
            endsAt: time + configuration.absoluteTimeout,
            seenAt: time,
            position: position
        )
        return (record, token)
    }

    func check(_ subject: String?, _ data: [String: String]) throws {
        let bytes = data.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard (subject?.utf8.count ?? 0) <= configuration.maximumSubjectBytes, bytes <= configuration.maximumDataBytes
        else {
            throw CacheError(
                .sessionTooLarge,
                "a session holds \(configuration.maximumSubjectBytes) bytes of subject and "
                    + "\(configuration.maximumDataBytes) of data; keep more in a table"
            )
        }
    }
}
