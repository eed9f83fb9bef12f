public import PandoDatabase

/// A read model that is made from events alone, and can be made again from them at any time.
///
/// The effects of an event and the checkpoint behind it are one transaction, so each event takes effect exactly once,
/// in the order of the store. The projection keeps its rows in tables of its domain that come in pairs, `NAME_a` and
/// `NAME_b`: one of the two is live, a rebuild fills the other and then swaps them in one transaction. A migration of
/// the domain makes both:
///
/// ```swift
/// Migration(2, "stays by guest") {
///     CreateTable("stays_a", sharding: .by("guest_id"), Self.stays)
///     CreateTable("stays_b", sharding: .by("guest_id"), Self.stays)
/// }
///
/// struct Stays: Projection {
///     let name = "stays"
///     let tables = ["stays"]
///     let events = EventSelection.events(of: Reservation.self, ["confirmed", "cancelled"])
///
///     func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws {
///         switch try event.decode(ReservationEvent.self) { … "INSERT INTO \(raw: tables["stays"]) …" … }
///     }
/// }
/// ```
///
/// Readers ask for the live tables in the transaction that reads them: ``ProjectionTables/live(_:in:)``.
public protocol Projection: Sendable {
    /// The projection's name at rest, unique in the app: 1 to 40 of `a` to `z`, `0` to `9` and `_`, a letter first.
    var name: String { get }

    /// The version of what it does, from 1. Raise it with every change to what ``apply(_:to:in:)`` makes: the next
    /// start then rebuilds it behind the live tables.
    var version: Int { get }

    /// The tables that it fills, each without its `_a` and `_b`. To change their columns, make a new pair under a new
    /// name.
    var tables: [String] { get }

    /// The events that it sees.
    var events: EventSelection { get }

    /// Makes what a new generation needs besides ``tables``, which are emptied already. By default nothing.
    func prepare(_ tables: ProjectionTables, in tx: Transaction) async throws

    /// Removes what ``prepare(_:in:)`` made for a generation that has gone. By default nothing.
    func discard(_ tables: ProjectionTables, in tx: Transaction) async throws

    /// Does to the tables what the event means, and nothing else: it runs again after a failure, and for every event in
    /// a rebuild. To answer an event by other events, mails or calls, consume a message instead.
    ///
    /// What it throws stops the projection at this event: it is tried again with growing pauses, never skipped.
    func apply(_ event: RecordedEvent, to tables: ProjectionTables, in tx: Transaction) async throws
}

extension Projection {
    /// 1.
    public var version: Int { 1 }
    /// None.
    public var tables: [String] { [] }
    /// Makes nothing.
    public func prepare(_ tables: ProjectionTables, in tx: Transaction) async throws {}
    /// Removes nothing.
    public func discard(_ tables: ProjectionTables, in tx: Transaction) async throws {}

    /// What readers and writers of the stored rows must agree on.
    var shape: String { "tables " + tables.joined(separator: ", ") }
}
