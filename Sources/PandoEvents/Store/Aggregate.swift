/// A thing whose state is what its events make it.
///
/// ```swift
/// struct Reservation: Aggregate {
///     static let streamCategory = "reservation"
///     private(set) var isConfirmed = false
///     mutating func apply(_ event: ReservationEvent) { … }
/// }
/// let loaded = try await store.update(Reservation.self, id, in: tx) { reservation in
///     reservation.isConfirmed ? [] : [.confirmed]
/// }
/// ```
public protocol Aggregate: Sendable {
    /// What can happen to it.
    associatedtype Event: DomainEvent

    /// The name of the kind, at rest: 1 to 64 of `a` to `z`, `0` to `9`, `-` and `_`. Two aggregates of one app never
    /// share it.
    static var streamCategory: String { get }

    /// How its state is kept between loads; `nil`, the default, replays all events every time.
    static var snapshots: SnapshotPolicy<Self>? { get }

    /// The state before the first event.
    init()

    /// Changes the state by one event. Never fails and decides nothing: the event has happened.
    mutating func apply(_ event: Event)
}

extension Aggregate {
    /// No snapshots.
    public static var snapshots: SnapshotPolicy<Self>? { nil }
}

/// An aggregate brought up to its last event.
public struct Loaded<A: Aggregate>: Sendable {
    /// The state.
    public let aggregate: A
    /// The version of the last event; 0 if there is none.
    public let version: Int

    /// Whether the stream has events.
    public var exists: Bool { version > 0 }
}
