/// Something that happened, in the words of the domain.
///
/// Usually an enum whose cases are the kinds of events; the compiler writes its coding:
///
/// ```swift
/// enum ReservationEvent: DomainEvent {
///     case requested(hotel: Identifier, nights: [LocalDate])
///     case confirmed
///     case cancelled(reason: String)
/// }
/// ```
///
/// Events outlive the program that wrote them, so the names of the cases and of their values are names at rest. To
/// change one, raise ``schemaVersion`` and translate what is stored in `upcast(_:from:)`.
public protocol DomainEvent: Codable, Sendable {
    /// The name of this kind of event at rest. By default the name of the enum's case, or of the type if it is no enum.
    var eventType: String { get }

    /// The version of the coding, from 1. Raise it with every change that old payloads do not decode under.
    static var schemaVersion: Int { get }

    /// Turns an event stored under `version` into one of `version + 1`; called once for each version in between.
    ///
    /// By default nothing changes, which suits a new optional value.
    /// - Throws: what makes the event impossible to read; the load or projection stops with `undecodableEvent`.
    static func upcast(_ event: inout StoredEvent, from version: Int) throws
}

extension DomainEvent {
    /// The name of the enum's case, or of the type if it is no enum.
    public var eventType: String {
        let mirror = Mirror(reflecting: self)
        guard mirror.displayStyle == .enum else { return String(describing: Self.self) }
        return mirror.children.first?.label ?? String(describing: self)
    }

    /// 1.
    public static var schemaVersion: Int { 1 }

    /// Changes nothing.
    public static func upcast(_ event: inout StoredEvent, from version: Int) throws {}
}

/// An event as an older program left it, on its way to the form that this one reads.
public struct StoredEvent: Sendable {
    /// The kind of event.
    /// The name of the enum's case, or of the type if it is no enum.
    public var eventType: String
    /// Its coding. For an enum: an object with the name of the case as its only key.
    public var payload: JSONValue
}
